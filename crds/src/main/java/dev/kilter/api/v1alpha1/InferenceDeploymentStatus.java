package dev.kilter.api.v1alpha1;

import java.util.List;

/**
 * What was found, written by the operator alone, on a material change.
 *
 * @param plan null: not planned yet
 * @param slo null: nothing was measured
 */
public record InferenceDeploymentStatus(
        @Field(value = "The metadata.generation that this status is about; -1 before the first look.", min = -1)
        Long observedGeneration,

        @Field("Where it is served within the cluster.") String url,

        @Field(value = "Replicas of all pools that exist.", max = 100_000)
        Integer replicas,

        @Field(value = "Replicas of all pools that serve.", max = 100_000)
        Integer readyReplicas,

        @Field("What was chosen, and why.") Plan plan,
        @Field("What the gateway measured.") MeasuredSlo slo,

        @Field(
                value = "Ready, TrafficAvailable, Planned, Placed, Profiled, ScalingActive, SLOMet, Reconciling,"
                        + " Stalled. Ready says that it serves; SLOMet and scaling do not touch it.",
                max = 16,
                listKeys = "type")
        List<Condition> conditions,

        @Field(value = "The last plans, scalings and roll-outs, oldest first.", max = 10)
        List<Event> history)
        implements ApiPart {

    public InferenceDeploymentStatus {
        conditions = Defaults.of(conditions);
        history = Defaults.of(history);
    }

    /** Over the SLO's window. */
    public record MeasuredSlo(
            @Field(value = "99th percentile of the latency.", format = Format.DURATION)
            String p99,

            @Field(
                    value = "Share of offered requests that were answered within the objective.",
                    format = Format.PERCENTAGE)
            String attainment,

            @Field(value = "Time that both were measured over.", format = Format.DURATION)
            String window)
            implements ApiPart {}

    /**
     * Something that changed.
     *
     * @param time RFC 3339
     * @param type {@code Plan}, {@code Scaling} or {@code Rollout}
     * @param from null: nothing before
     */
    public record Event(
            @Field(value = "When.", required = true, format = Format.TIME)
            String time,

            @Field(value = "Plan, Scaling or Rollout.", required = true, format = Format.WORD)
            String type,

            @Field(value = "The pool that was scaled.", format = Format.OBJECT_NAME)
            String pool,

            @Field(value = "Before: a replica count, pools, or a revision.", format = Format.MESSAGE)
            String from,

            @Field(value = "After: a replica count, pools, or a revision.", format = Format.MESSAGE)
            String to,

            @Field(value = "Why.", required = true, format = Format.MESSAGE)
            String reason)
            implements ApiPart {}
}
