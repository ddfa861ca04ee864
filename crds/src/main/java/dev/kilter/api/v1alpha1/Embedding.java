package dev.kilter.api.v1alpha1;

/**
 * How texts become vectors.
 *
 * @param tokenizer null: the file beside the model
 * @param pooling {@code Mean} or {@code CLS}
 * @param normalize whether vectors are scaled to length 1
 * @param maxTokens where texts are cut
 */
public record Embedding(
        @Field("The tokenizer; left out: STEM-tokenizer.json, else tokenizer.json, beside the model.")
        Tokenizer tokenizer,

        @Field(
                value = "How the vectors of the tokens become one: their mean, or that of the first token.",
                defaultValue = "Mean",
                oneOf = {"Mean", "CLS"})
        String pooling,

        @Field(value = "Whether vectors are scaled to length 1.", defaultValue = "true")
        Boolean normalize,

        @Field(value = "Texts are cut after this many tokens.", defaultValue = "256", min = 1, max = 8192)
        Integer maxTokens)
        implements ApiPart {

    public Embedding {
        pooling = Defaults.of(pooling, "Mean");
        normalize = Defaults.of(normalize, true);
        maxTokens = Defaults.of(maxTokens, 256);
    }

    /** Everything as by default. */
    public static Embedding byDefault() {
        return new Embedding(null, null, null, null);
    }

    /** @param uri of a tokenizer.json */
    public record Tokenizer(
            @Field(value = "Where the tokenizer.json is; as a variant's uri.", required = true, format = Format.URI)
            String uri)
            implements ApiPart {}
}
