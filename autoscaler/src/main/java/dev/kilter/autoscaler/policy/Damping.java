package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Behavior;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast one pool may follow its recommendation.
 *
 * @param replicas what it may have now
 * @param memory with the recommendation remembered
 * @param reasons why it does not follow at once; empty: it does
 */
record Damping(int replicas, PoolMemory memory, List<String> reasons) {

    static Damping of(PoolMemory memory, int current, int recommended, Behavior behavior, Instant now) {
        Duration inWindow = behavior.scaleDown().stabilizationWindow().orElse(Duration.ZERO);
        Duration outWindow = behavior.scaleUp().stabilizationWindow().orElse(Duration.ZERO);
        Recommendations highest = memory.highest().with(now, recommended, inWindow);
        Recommendations lowest = memory.lowest().with(now, recommended, outWindow);
        List<String> reasons = new ArrayList<>();

        // Towards the gentlest of the window, each direction by its own.
        int stable = Math.clamp(current, Math.min(lowest.extreme(), highest.extreme()), highest.extreme());
        if (stable != recommended) {
            boolean in = recommended < current;
            Instant since = in ? highest.extremeAt() : lowest.extremeAt();
            reasons.add("scaling %s from %d to %d waits up to %d s"
                    .formatted(
                            in ? "in" : "out",
                            current,
                            recommended,
                            Duration.between(now, since.plus(in ? inWindow : outWindow))
                                    .toSeconds()));
        }
        int limited = stable;
        if (stable > current) {
            limited = Math.min(stable, memory.changes().ceiling(current, behavior.scaleUp(), now));
        } else if (stable < current) {
            limited = Math.max(stable, memory.changes().floor(current, behavior.scaleDown(), now));
        }
        if (limited != stable) {
            reasons.add("behavior allows " + limited + " of " + stable + " now");
        }
        return new Damping(limited, memory.withRecommendations(highest, lowest), reasons);
    }
}
