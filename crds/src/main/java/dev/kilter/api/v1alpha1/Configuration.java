package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * Class, resident variants, engine and the operating point to start with: all that a pod depends on.
 *
 * @param runtimeImage of the pods
 * @param embedding null: not a text-embedding
 * @param storage null: no credentials
 * @param nodes never null: node affinity of the pods
 * @param serviceAccountName null: the namespace's default
 * @param pod never null
 */
@ValidationRule(
        value = "self.variants.exists(v, v.name == self.operatingPoint.variant)",
        message = "operatingPoint.variant: not among the variants (expected: the name of a variant)",
        fieldPath = ".operatingPoint.variant")
@ValidationRule(
        value = "!has(self.embedding) || self.task == 'text-embedding'",
        message = "embedding: set for another task (expected: only with task text-embedding)",
        fieldPath = ".embedding")
public record Configuration(
        @Field(value = "Accelerator class that it runs on.", required = true, format = Format.OBJECT_NAME)
        String acceleratorClass,

        @Field(value = "Image of the serving runtime. Left out: the operator's.", format = Format.IMAGE)
        String runtimeImage,

        @Field(value = "Execution provider.", required = true, format = Format.WORD)
        String provider,

        @Field(
                value = "What the model does, as in InferenceDeployment.",
                defaultValue = Tasks.TENSOR,
                format = Format.NAME)
        String task,

        @Field(
                value = "Variants that are loaded; the first is the reference.",
                required = true,
                minItems = 1,
                max = 8,
                listKeys = "name")
        List<Variant> variants,

        @Field("How texts become vectors; only for task text-embedding.")
        Embedding embedding,

        @Field(value = "How batches are run.", defaultValue = "{}")
        Engine engine,

        @Field(value = "How the model is served until an operating point is pushed.", required = true)
        OperatingPoint operatingPoint,

        @Field(value = "The objective that admission and batching aim at.", required = true)
        Objective slo,

        @Field("How to reach the model files.") Model.Storage storage,
        @Field("Nodes that the pods may run on.") Nodes nodes,

        @Field(value = "Taints that the pods bear.", max = 32)
        List<Toleration> tolerations,

        @Field("Resources of a replica.") Resources resources,

        @Field(value = "Service account of the pods.", format = Format.OBJECT_NAME)
        String serviceAccountName,

        @Field("Additions of the user to the pods.") PodTemplate pod)
        implements ApiPart {

    public Configuration {
        task = Defaults.of(task, Tasks.TENSOR);
        variants = Defaults.of(variants);
        engine = Defaults.of(engine, new Engine(null, null));
        nodes = Defaults.of(nodes, new Nodes(null));
        tolerations = Defaults.of(tolerations);
        resources = Defaults.of(resources, new Resources(null, null));
        pod = Defaults.of(pod, PodTemplate.empty());
    }

    /**
     * @param instances engine instances of each variant
     * @param threads of each instance
     */
    public record Engine(
            @Field(value = "Engine instances of each variant.", defaultValue = "1", min = 1, max = 64)
            Integer instances,

            @Field(value = "Threads of each engine instance.", defaultValue = "1", min = 1, max = 512)
            Integer threads)
            implements ApiPart {

        public Engine {
            instances = Defaults.of(instances, 1);
            threads = Defaults.of(threads, 1);
        }
    }

    /**
     * @param variant that answers
     * @param maxDelay null: derived from the SLO
     */
    public record OperatingPoint(
            @Field(value = "Variant that answers.", required = true, format = Format.NAME)
            String variant,

            @Field(value = "Largest batch.", required = true, min = 1, max = 1024)
            Integer maxBatchSize,

            @Field(
                    value = "How long a batch may wait for company. Left out: derived from the objective.",
                    format = Format.DURATION)
            String maxDelay)
            implements ApiPart {}

    /** The part of the SLO that a pod acts on. */
    public record Objective(
            @Field(value = "How long a request may take.", required = true)
            Slo.Latency latency) implements ApiPart {}
}
