package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;

/**
 * How a new revision takes over from the one that serves.
 *
 * @param canary never null
 * @param progressDeadline longest time without a step
 */
@ValidationRule(
        value =
                "!self.canary.interval.matches('^[0-9.]+[umsh]+$') || !self.progressDeadline.matches('^[0-9.]+[umsh]+$') "
                        + "|| duration(self.canary.interval) < duration(self.progressDeadline)",
        message = "canary.interval: not below progressDeadline (expected: less)",
        fieldPath = ".canary.interval")
public record Rollout(
        @Field(
                value = "The first part of the traffic, in which the new revision is compared with the old one.",
                defaultValue = "{}")
        Canary canary,

        @Field(
                value =
                        "Longest time until the new pods are ready, and at each step until it is clear that they do well;"
                                + " then the old revision takes all again.",
                defaultValue = "10m",
                format = Format.DURATION)
        String progressDeadline)
        implements ApiPart {

    public Rollout {
        canary = Defaults.of(canary, new Canary(null, null, null));
        progressDeadline = Defaults.of(progressDeadline, "10m");
    }

    /** Everything as by default. */
    public static Rollout byDefault() {
        return new Rollout(null, null);
    }

    /**
     * How it begins and goes on.
     *
     * @param trafficPercent of the first step; each step doubles it
     * @param interval shortest time of a step
     * @param minRequests that must have ended in a step, unless three intervals are over
     */
    public record Canary(
            @Field(
                    value =
                            "Percent of the requests that it takes first; each step doubles it. 100: all at once when it"
                                    + " is ready.",
                    defaultValue = "10",
                    min = 1,
                    max = 100)
            Integer trafficPercent,

            @Field(value = "Shortest time of each step.", defaultValue = "1m", format = Format.DURATION)
            String interval,

            @Field(
                    value = "Requests that it must have ended in a step before it takes more; without them a step lasts"
                            + " three intervals.",
                    defaultValue = "100",
                    max = 1_000_000)
            Integer minRequests)
            implements ApiPart {

        public Canary {
            trafficPercent = Defaults.of(trafficPercent, 10);
            interval = Defaults.of(interval, "1m");
            minRequests = Defaults.of(minRequests, 100);
        }
    }
}
