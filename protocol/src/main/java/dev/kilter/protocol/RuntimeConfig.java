package dev.kilter.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a serving pod is told, as JSON in the environment variable {@value #ENVIRONMENT}. Immutable for the pod's life.
 *
 * @param models the models of this process, at least one
 * @param engine how batches are run
 */
public record RuntimeConfig(List<Model> models, Engine engine) {

    /** The environment variable that carries this record. */
    public static final String ENVIRONMENT = "KILTER_RUNTIME_CONFIG";

    /** The environment variable with the port to serve REST and gRPC on; {@value #DEFAULT_PORT} where it is missing. */
    public static final String PORT_ENVIRONMENT = "KILTER_PORT";

    /** The environment variable with the address to listen on; every address where it is missing. */
    public static final String HOST_ENVIRONMENT = "KILTER_HOST";

    /** The environment variable with the folder for downloaded models. */
    public static final String CACHE_ENVIRONMENT = "KILTER_MODEL_CACHE";

    /**
     * The environment variable with the URL or the folder of a Maven repository for {@code maven:} URIs; where it is
     * missing, the user's local repository, then the {@code mvn} on the PATH.
     */
    public static final String MAVEN_REPOSITORY_ENVIRONMENT = "KILTER_MAVEN_REPOSITORY";

    /**
     * The environment variable with the digests that the pods of its pool are pinned to, as JSON: {@code {"fp32":
     * "sha256:…"}}, by variant. Beside {@link #ENVIRONMENT}, since it is not known before the first pod has loaded its
     * files; it counts for variants without a digest of their own.
     */
    public static final String DIGESTS_ENVIRONMENT = "KILTER_MODEL_DIGESTS";

    /** The port of a serving pod. */
    public static final int DEFAULT_PORT = 8080;

    public RuntimeConfig {
        models = List.copyOf(models);
    }

    /**
     * The same with digests for the variants that have none.
     *
     * @param digests by variant
     */
    public RuntimeConfig pinnedTo(Map<String, String> digests) {
        return new RuntimeConfig(
                models.stream().map(model -> model.pinnedTo(digests)).toList(), engine);
    }

    /**
     * One served model.
     *
     * @param name the name in request paths
     * @param task {@code tensor}, {@code text-embedding}, …
     * @param variants resident variants; the first is the reference
     * @param activeVariant the variant that answers until an operating point says otherwise
     * @param maxBatchSize largest batch of the default operating point, items
     * @param maxDelayMillis how long a batch may wait from its first arrival; empty: the policy derives it
     * @param sloMillis the latency objective that admission and batching aim at; empty: none
     * @param embedding for {@code text-embedding}
     */
    public record Model(
            String name,
            String task,
            List<Variant> variants,
            String activeVariant,
            int maxBatchSize,
            Optional<Double> maxDelayMillis,
            Optional<Double> sloMillis,
            Optional<Embedding> embedding) {
        public Model {
            variants = List.copyOf(variants);
        }

        private Model pinnedTo(Map<String, String> digests) {
            List<Variant> pinned = variants.stream()
                    .map(variant -> new Variant(
                            variant.name(),
                            variant.uri(),
                            variant.digest().or(() -> Optional.ofNullable(digests.get(variant.name()))),
                            variant.precision()))
                    .toList();
            return new Model(name, task, pinned, activeVariant, maxBatchSize, maxDelayMillis, sloMillis, embedding);
        }
    }

    /**
     * A form of the model.
     *
     * @param name as in the InferenceDeployment
     * @param uri {@code file:}, {@code https:}, {@code s3:}, {@code pvc:}, {@code maven:} or {@code emulated:}
     * @param digest {@code sha256:…}; empty: whatever is found, and told
     * @param precision fp32, fp16, bf16, int8
     */
    public record Variant(String name, String uri, Optional<String> digest, String precision) {}

    /**
     * How text becomes a vector.
     *
     * @param tokenizerUri empty: {@code STEM-tokenizer.json} or {@code tokenizer.json} beside the model
     * @param pooling {@code Mean} or {@code CLS}
     * @param normalize whether vectors are scaled to length 1
     * @param maxTokens texts are cut there
     */
    public record Embedding(Optional<String> tokenizerUri, String pooling, boolean normalize, int maxTokens) {}

    /**
     * How batches are run.
     *
     * @param provider CPU, CUDA, TensorRT; a variant with an {@code emulated:} URI has the emulated engine in any case
     * @param instances engine instances for each variant
     * @param threads intra-op threads of each instance; {@value #MEASURED_THREADS}: as many as measuring recommends
     */
    public record Engine(String provider, int instances, int threads) {

        /**
         * Threads that nobody says: the runtime measures what they gain as it loads a variant, and tells its choice.
         */
        public static final int MEASURED_THREADS = 0;
    }
}
