package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.ScalingSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a capacity is believed: the closed loop around an estimate that may be wrong. Immutable.
 *
 * @param factor 1: as told
 * @param changedAt when it was last moved
 */
record Correction(double factor, Instant changedAt) {

    private static final double LATE = 0.01;

    /** A miss of so many times the part lowers by that part. */
    private static final double STEEPNESS = 4;

    /** What of the requests missed the objective, and in words. */
    record Miss(double fraction, String reason) {}

    static Correction none(Instant now) {
        return new Correction(1, now);
    }

    /**
     * What is wrong with how requests were answered lately.
     *
     * @return empty: nothing, or too few requests to tell
     */
    static Optional<Miss> missed(Demand.Outcomes recent, ScalingSettings settings, PolicySettings policy) {
        if (recent.offered() < policy.enoughRequests()) {
            return Optional.empty();
        }
        double refused = recent.refused() / recent.offered();
        if (refused > settings.maxErrorRate()) {
            return Optional.of(new Miss(refused, Figures.percent(refused) + " refused"));
        }
        double late = recent.answered() > 0 ? 1 - recent.withinSlo() / recent.answered() : 0;
        if (settings.p99().isPresent() && late > LATE) {
            return Optional.of(new Miss(
                    late,
                    Figures.percent(late) + " later than "
                            + settings.p99().get().toMillis() + " ms"));
        }
        return Optional.empty();
    }

    /** The more is missed, the further; the queue of a replica that is a little overloaded refuses little. */
    Correction lowered(double missed, PolicySettings policy, Instant now) {
        if (since(now).compareTo(policy.lowerEvery()) < 0) {
            return this;
        }
        return new Correction(
                Math.max(
                        policy.lowest(),
                        factor * (1 - Math.clamp(STEEPNESS * missed, policy.raiseBy(), 1 - policy.lowerBy()))),
                now);
    }

    Correction raised(PolicySettings policy, Instant now) {
        if (factor >= 1 || since(now).compareTo(policy.raiseEvery()) < 0) {
            return this;
        }
        return new Correction(Math.min(1, factor + policy.raiseBy()), now);
    }

    private Duration since(Instant now) {
        return Duration.between(changedAt, now);
    }
}
