package dev.kilter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * A hardware type.
 *
 * @param nodes never null
 * @param capabilities never null
 * @param cost null: unknown, so never the cheapest
 */
public record AcceleratorClassSpec(
        @Field("How the nodes of this class are recognised. Left out: every node.")
        Nodes nodes,

        @Field(value = "What one replica takes.", required = true)
        PerReplica perReplica,

        @Field(value = "Taints of its nodes that the pods bear.", max = 16)
        List<Toleration> tolerations,

        @Field(value = "How models run on it.", defaultValue = "{}")
        ModelRuntime runtime,

        @Field(value = "What it can run.", defaultValue = "{}")
        Capabilities capabilities,

        @Field("What it costs. Left out: unknown, and taken only where no class with a price will do.")
        Cost cost,

        @Field(
                value =
                        "How long a pod may find no node before the class counts as full and the next best one stands in;"
                                + " it returns once the class has had room for as long.",
                defaultValue = AcceleratorClassSpec.PROVISIONING_TIMEOUT,
                format = Format.DURATION)
        String provisioningTimeout)
        implements ApiPart {

    /** The {@code provisioningTimeout} of a class that says none. */
    public static final String PROVISIONING_TIMEOUT = "5m";

    public AcceleratorClassSpec {
        nodes = Defaults.of(nodes, new Nodes(null));
        tolerations = Defaults.of(tolerations);
        runtime = Defaults.of(runtime, new ModelRuntime(null, null, null, null));
        capabilities = Defaults.of(capabilities, new Capabilities(null, null));
        provisioningTimeout = Defaults.of(provisioningTimeout, PROVISIONING_TIMEOUT);
    }

    /** @param resources requests and limits alike */
    public record PerReplica(
            @Field(
                    value = "Resources of one replica, requested and limited alike, such as nvidia.com/gpu: 1.",
                    required = true,
                    minItems = 1,
                    max = 16,
                    format = Format.KEY)
            Map<String, Quantity> resources)
            implements ApiPart {

        public PerReplica {
            resources = Defaults.of(resources);
        }
    }

    /**
     * @param image null: the operator's runtime image
     * @param instances engine instances of each variant in a replica
     * @param threads null: the replica's cpu, whole
     */
    public record ModelRuntime(
            @Field(
                    value = "Execution provider of ONNX Runtime.",
                    defaultValue = "CPU",
                    oneOf = {"CPU", "CUDA", "TensorRT"})
            String provider,

            @Field(
                    value = "Image of the serving runtime for this hardware. Left out: the operator's.",
                    format = Format.IMAGE)
            String image,

            @Field(value = "Engine instances of each variant in a replica.", defaultValue = "1", min = 1, max = 64)
            Integer instances,

            @Field(
                    value = "Threads of each engine instance. Left out: the replica's cpu, shared by the instances.",
                    min = 1,
                    max = 512)
            Integer threads)
            implements ApiPart {

        public ModelRuntime {
            provider = Defaults.of(provider, "CPU");
            instances = Defaults.of(instances, 1);
        }
    }

    /**
     * @param memory for models; null: the replica's memory
     * @param precisions none: all
     */
    public record Capabilities(
            @Field("Memory for models and their work, such as 16Gi. Left out: the replica's memory.")
            Quantity memory,

            @Field(
                    value = "Precisions that it computes. Left out: all.",
                    max = 4,
                    set = true,
                    oneOf = {"fp32", "fp16", "bf16", "int8"})
            List<String> precisions)
            implements ApiPart {

        public Capabilities {
            precisions = Defaults.of(precisions);
        }
    }

    /** In the one currency that all classes share. */
    public record Cost(
            @Field(
                    value = "Cost of one replica in an hour, in the one currency that all classes share.",
                    required = true,
                    format = Format.MONEY)
            String perReplicaHour)
            implements ApiPart {}
}
