package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * What is served.
 *
 * @param task see {@link Tasks}
 * @param format of the files; {@code onnx}
 * @param storage how to reach them; null: no credentials
 * @param variants at least one; the first is the reference
 * @param embedding for {@code text-embedding}; null there: all defaults
 */
@ValidationRule(
        value = "self.task in ['tensor', 'text-embedding']",
        message = "task: not served yet (expected: tensor or text-embedding)",
        fieldPath = ".task")
@ValidationRule(
        value = "!has(self.embedding) || self.task == 'text-embedding'",
        message = "embedding: set for another task (expected: only with task text-embedding)",
        fieldPath = ".embedding")
@ValidationRule(
        value = "self.variants.all(v, !has(v.quality) || self.variants.all(w, !has(w.quality) || "
                + "v.quality.metric == w.quality.metric))",
        message = "variants[].quality.metric: not the same everywhere (expected: one metric for all variants)",
        fieldPath = ".variants")
public record Model(
        @Field(
                value = "What the model does. 'tensor': tensors in, tensors out. 'text-embedding': texts in, vectors"
                        + " out. 'text-classification' and 'image-classification' are not served yet.",
                defaultValue = Tasks.TENSOR,
                oneOf = {Tasks.TENSOR, Tasks.TEXT_EMBEDDING, Tasks.TEXT_CLASSIFICATION, Tasks.IMAGE_CLASSIFICATION})
        String task,

        @Field(value = "Format of the model files.", defaultValue = "onnx", oneOf = "onnx")
        String format,

        @Field("How to reach the model files; left out: without credentials.")
        Storage storage,

        @Field(
                value = "Forms of the same model: the first is the reference, the others keep its inputs and outputs"
                        + " and differ in speed and quality.",
                required = true,
                minItems = 1,
                max = 8,
                listKeys = "name")
        List<Variant> variants,

        @Field("How texts become vectors; only for task text-embedding.")
        Embedding embedding)
        implements ApiPart {

    public Model {
        task = Defaults.of(task, Tasks.TENSOR);
        format = Defaults.of(format, "onnx");
        variants = Defaults.of(variants);
    }

    /**
     * Where credentials come from.
     *
     * @param secretRef a Secret of the namespace
     */
    public record Storage(
            @Field(
                    value = "Secret with the keys that the store needs, handed to the pods as environment variables:"
                            + " AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION,"
                            + " AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_NO_SIGN_REQUEST."
                            + " Other keys are not read.")
            LocalRef secretRef)
            implements ApiPart {}
}
