package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;

/**
 * The objective, measured at the gateway; a refusal is a violation.
 *
 * @param latency of a request
 * @param maxErrorRate share of requests
 * @param window that both are measured over
 */
@ValidationRule(
        value = "!self.window.matches('^[0-9.]+[umsh]+$') || (duration(self.window) >= "
                + "duration('10s') && duration(self.window) <= duration('24h'))",
        message = "window: out of range (expected: 10s to 24h)",
        fieldPath = ".window")
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
    @ValidationRule(
            value = "!self.p99.matches('^[0-9.]+[umsh]+$') || duration(self.p99) > duration('0s')",
            message = "p99: 0 (expected: more than 0)",
            fieldPath = ".p99")
    public record Latency(
            @Field(
                    value = "99th percentile of the latency, from the request's arrival at the gateway to its answer.",
                    required = true,
                    format = Format.DURATION)
            String p99)
            implements ApiPart {}
}
