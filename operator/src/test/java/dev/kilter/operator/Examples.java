package dev.kilter.operator;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.operator.build.Settings;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Optional;

/** Resources that tests start from, as users write them. */
public final class Examples {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    public static final String RUNTIME_IMAGE = "kilter/kilter-serving-runtime:1";

    public static final Settings SETTINGS = Settings.of(RUNTIME_IMAGE, "kilter/kilter-gateway:1", Optional.empty());

    private Examples() {}

    /** An InferenceDeployment {@code intent} in {@code default} with two variants. */
    public static final String INTENT = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: InferenceDeployment
            metadata: {name: intent, namespace: default, uid: u-intent, generation: 1}
            spec:
              model:
                task: text-embedding
                variants:
                - {name: fp32, uri: "https://models.example/intent/fp32.onnx", precision: fp32, quality: {metric: accuracy, value: 93.1%}}
                - {name: int8, uri: "https://models.example/intent/int8.onnx", precision: int8, quality: {metric: accuracy, value: 92.8%}}
              slo: {latency: {p99: 50ms}}
              quality: {target: 92%}
              workload: {requestsPerSecond: 200}
              scaling: {minReplicas: 1, maxReplicas: 20}
            """;

    /** A class with GPUs. */
    public static final String T4 = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: AcceleratorClass
            metadata: {name: t4}
            spec:
              nodes: {matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [Tesla-T4]}]}
              perReplica: {resources: {nvidia.com/gpu: 1, cpu: 2, memory: 8Gi}}
              tolerations: [{key: nvidia.com/gpu, operator: Exists}]
              runtime: {provider: TensorRT}
              capabilities: {memory: 16Gi, precisions: [fp32, fp16, int8]}
              cost: {perReplicaHour: "0.35"}
            """;

    /** A class without. */
    public static final String CPU = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: AcceleratorClass
            metadata: {name: cpu}
            spec:
              perReplica: {resources: {cpu: 2, memory: 2Gi}}
              cost: {perReplicaHour: "0.05"}
            """;

    public static InferenceDeployment deployment(String yaml) {
        return YAML.unmarshal(yaml, InferenceDeployment.class);
    }

    public static InferenceDeployment intent() {
        return deployment(INTENT);
    }

    public static AcceleratorClass acceleratorClass(String yaml) {
        return YAML.unmarshal(yaml, AcceleratorClass.class);
    }

    /**
     * Evidence that a variant of {@link #INTENT} takes so long for batches of 1 and 32 on a class; more of its spec at
     * will.
     */
    public static ModelProfile profile(
            String source, String acceleratorClass, String provider, String one, String many, String... more) {
        return YAML.unmarshal(
                """
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ModelProfile
                metadata: {name: %1$s-%2$s, namespace: default, labels: {serving.kilter.dev/source: %1$s}}
                spec:
                  modelDigest: sha256:%6$s
                  acceleratorClass: %2$s
                  provider: %3$s
                  runtimeImage: kilter/kilter-serving-runtime:1
                  serviceTime:
                  - {batchSize: 1, mean: %4$s, p99: %4$s, samples: 100}
                  - {batchSize: 32, mean: %5$s, p99: %5$s, samples: 100}
                  %7$s
                """.formatted(source, acceleratorClass, provider, one, many, "0".repeat(64), String.join("\n  ", more)),
                ModelProfile.class);
    }

    public static String yaml(Object resource) {
        return YAML.asYaml(resource);
    }
}
