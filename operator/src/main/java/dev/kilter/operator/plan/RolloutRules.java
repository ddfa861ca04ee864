package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.Percentage;
import dev.kilter.api.v1alpha1.Rollout.Canary;
import java.time.Duration;

/**
 * How the owner wants a new revision to take over.
 *
 * @param firstShare percent of the requests that it takes first
 * @param interval shortest time at each share
 * @param minRequests that it must have ended there; or three intervals
 * @param progressDeadline longest time without a step
 * @param mayMiss fraction of requests that may miss the objective, failures among them
 * @param mayFail fraction of requests that may fail
 */
public record RolloutRules(
        int firstShare, Duration interval, int minRequests, Duration progressDeadline, double mayMiss, double mayFail) {

    /** The part of requests that a p99 lets be late. */
    private static final double LATE = 0.01;

    /** Reads them. */
    public static RolloutRules of(InferenceDeploymentSpec spec) {
        Canary canary = spec.rollout().canary();
        double mayFail = Percentage.parse("spec.slo.maxErrorRate", spec.slo().maxErrorRate());
        return new RolloutRules(
                canary.trafficPercent(),
                DurationText.parse("spec.rollout.canary.interval", canary.interval()),
                canary.minRequests(),
                DurationText.parse(
                        "spec.rollout.progressDeadline", spec.rollout().progressDeadline()),
                LATE + mayFail,
                mayFail);
    }
}
