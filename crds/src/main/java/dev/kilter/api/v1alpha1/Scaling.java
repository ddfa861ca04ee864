package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * How many replicas, and how fast their number may change.
 *
 * @param minReplicas of all pools together
 * @param maxReplicas of all pools together
 * @param requestsPerSecondPerReplica null: the measured capacity under the SLO
 * @param hedge null: 99 %
 * @param gpu null: no guard
 * @param behavior as in HorizontalPodAutoscaler v2; null: out at once, in after 300 s
 */
@ValidationRule(
        value = "self.minReplicas <= self.maxReplicas",
        message = "minReplicas: more than maxReplicas (expected: at most maxReplicas)",
        fieldPath = ".minReplicas")
public record Scaling(
        @Field(value = "Fewest replicas.", defaultValue = "1", min = 1, max = 1000)
        Integer minReplicas,

        @Field(value = "Most replicas.", defaultValue = "10", min = 1, max = 1000)
        Integer maxReplicas,

        @Field(
                value = "Requests a second that one replica is to carry. Left out: its capacity under the SLO, from"
                        + " measurement.",
                min = 1,
                max = 1_000_000)
        Integer requestsPerSecondPerReplica,

        @Field(
                value = "How sure the demand is to be covered by the time that replicas asked for now serve. Above 99%"
                        + " there is room for a leap beyond all of the last hour: 1.5 times at 99.8%. Left out: 99%.",
                format = Format.HEDGE)
        String hedge,

        @Field("A replica is added while a GPU is above these, as DCGM exporters tell; left out: no guard.")
        Gpu gpu,

        @Field("Limits on the speed of scaling, as in HorizontalPodAutoscaler v2.")
        Behavior behavior)
        implements ApiPart {

    public Scaling {
        minReplicas = Defaults.of(minReplicas, 1);
        maxReplicas = Defaults.of(maxReplicas, 10);
    }

    /** Everything as by default. */
    public static Scaling byDefault() {
        return new Scaling(null, null, null, null, null, null);
    }

    /**
     * Guards.
     *
     * @param maxUtilization null: none
     * @param maxMemory null: none
     */
    public record Gpu(
            @Field(
                    value =
                            "Largest utilisation of a GPU, the highest of the replicas; no effect where no DCGM exporter is read.",
                    format = Format.PERCENTAGE)
            String maxUtilization,

            @Field(value = "Largest share of a GPU's memory in use.", format = Format.PERCENTAGE)
            String maxMemory)
            implements ApiPart {}

    /**
     * Each direction on its own.
     *
     * @param scaleUp null: at once
     * @param scaleDown null: after 300 s
     */
    public record Behavior(
            @Field("Adding replicas. Left out: at once, as far as the measured rate asks.")
            Rules scaleUp,

            @Field("Taking replicas away. Left out: stabilization over 300 s, then any number.")
            Rules scaleDown)
            implements ApiPart {}

    /**
     * Rules of one direction.
     *
     * @param stabilizationWindowSeconds null: 0 for up, 300 for down
     * @param selectPolicy which of the policies counts
     * @param policies none: those of the direction's default
     */
    public record Rules(
            @Field(
                    value =
                            "Seconds over which the most cautious recommendation counts. Left out: 0 for scaleUp, 300 for scaleDown.",
                    max = 3600)
            Integer stabilizationWindowSeconds,

            @Field(
                    value = "Which policy counts where several apply; Disabled: no scaling in this direction.",
                    defaultValue = "Max",
                    oneOf = {"Max", "Min", "Disabled"})
            String selectPolicy,

            @Field(value = "Largest changes in a period.", max = 8)
            List<Policy> policies)
            implements ApiPart {

        public Rules {
            selectPolicy = Defaults.of(selectPolicy, "Max");
            policies = Defaults.of(policies);
        }
    }

    /**
     * A largest change in a period.
     *
     * @param type {@code Pods} or {@code Percent}
     * @param value how many, or how many percent of the replicas at the period's start
     * @param periodSeconds of the period
     */
    public record Policy(
            @Field(
                    value = "Unit of the value.",
                    required = true,
                    oneOf = {"Pods", "Percent"})
            String type,

            @Field(value = "Replicas, or percent of them.", required = true, min = 1, max = 10_000)
            Integer value,

            @Field(value = "Length of the period, in seconds.", required = true, min = 1, max = 1800)
            Integer periodSeconds)
            implements ApiPart {}
}
