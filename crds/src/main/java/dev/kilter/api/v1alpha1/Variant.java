package dev.kilter.api.v1alpha1;

/**
 * One form of a model.
 *
 * @param name unique among the variants
 * @param uri where the file is
 * @param digest of the file; null: that of the first pod's
 * @param precision fp32, fp16, bf16, int8
 * @param quality as measured by whoever made the variant; null: not measured
 */
public record Variant(
        @Field(value = "Name of the variant, unique among the variants.", required = true, format = Format.NAME)
        String name,

        @Field(
                value = "Where the file is: file:/PATH, https://…, s3://BUCKET/KEY, pvc://CLAIM/PATH,"
                        + " maven:GROUP:ARTIFACT:VERSION!/ENTRY, or emulated:?curve=1:8ms,8:20ms&ready=2s for an engine"
                        + " that only takes the time a model would.",
                required = true,
                format = Format.URI)
        String uri,

        @Field(
                value =
                        "SHA-256 of the file. Left out: what the first pod of a pool loads is pinned, and its later pods"
                                + " refuse another file.",
                format = Format.DIGEST)
        String digest,

        @Field(
                value = "Numbers that the model computes with; a class must offer it. Left out: fp32.",
                oneOf = {"fp32", "fp16", "bf16", "int8"})
        String precision,

        @Field("Quality on the owner's own data. Left out: not measured.")
        MeasuredQuality quality)
        implements ApiPart {

    public Variant {
        precision = Defaults.of(precision, "fp32");
    }

    /**
     * @param metric what was measured
     * @param value the result
     */
    public record MeasuredQuality(
            @Field(
                    value = "What was measured, such as accuracy; the same for all variants.",
                    required = true,
                    format = Format.WORD)
            String metric,

            @Field(value = "The result; larger is better.", required = true, format = Format.PERCENTAGE)
            String value)
            implements ApiPart {}
}
