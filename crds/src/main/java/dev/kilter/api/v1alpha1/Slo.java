package dev.kilter.api.v1alpha1;

/**
 * The objective, measured at the gateway; a refusal is a violation.
 *
 * @param latency of a request
 * @param maxErrorRate share of requests
 * @param window that both are measured over
 */
public record Slo(
        @Field(value = "How long a request may take.", required = true)
        Latency latency,

        @Field(
                value = "Largest share of requests that may fail, be refused or be late beyond the percentile.",
                defaultValue = "1%",
                format = Format.PERCENTAGE)
        String maxErrorRate,

        @Field(value = "Time over which the objective is measured.", defaultValue = "5m", format = Format.DURATION)
        String window)
        implements ApiPart {

    public Slo {
        maxErrorRate = Defaults.of(maxErrorRate, "1%");
        window = Defaults.of(window, "5m");
    }

    /** @param p99 99th percentile */
    public record Latency(
            @Field(
                    value = "99th percentile of the latency, from the request's arrival at the gateway to its answer.",
                    required = true,
                    format = Format.DURATION)
            String p99)
            implements ApiPart {}
}
