package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a status is worth writing: at once on a material change, for measured figures at most every 30 s. A pool's first
 * waits for news of its pods: that they are on their way is in its InferenceDeployment's.
 */
public sealed interface StatusPace {

    /** The shortest time between two writes of figures alone. */
    Duration FIGURES = Duration.ofSeconds(30);

    /** How long after a pool was made its first status waits for something to tell. */
    Duration FIRST = Duration.ofMinutes(2);

    /** It says what is there already. */
    record Same() implements StatusPace {}

    /** Write it. */
    record Write() implements StatusPace {}

    /** Only figures moved, or there is nothing to tell yet: ask again then. */
    record Later(Duration in) implements StatusPace {}

    /**
     * Decides.
     *
     * @param before null: there was none
     * @param lastWrite of this status; empty: not known
     */
    static StatusPace of(
            InferenceDeploymentStatus before,
            InferenceDeploymentStatus after,
            Optional<Instant> lastWrite,
            Instant now) {
        if (after.equals(before)) {
            return new Same();
        }
        if (before == null || !withoutFigures(before).equals(withoutFigures(after)) || lastWrite.isEmpty()) {
            return new Write();
        }
        Duration left = Duration.between(now, lastWrite.get().plus(FIGURES));
        return left.isPositive() ? new Later(left) : new Write();
    }

    /** Decides likewise for a pool, whose status may hold digests of others' before ours. */
    static StatusPace of(ServingPool pool, ServingPoolStatus after, Instant now) {
        ServingPoolStatus before = pool.getStatus();
        if (after.equals(before)) {
            return new Same();
        }
        boolean told = before != null && !before.conditions().isEmpty();
        if (told || !PoolStatus.isStarting(after)) {
            return new Write();
        }
        return PoolStatus.created(pool)
                .map(created -> Duration.between(now, created.plus(FIRST)))
                .filter(Duration::isPositive)
                .<StatusPace>map(Later::new)
                .orElseGet(Write::new);
    }

    private static InferenceDeploymentStatus withoutFigures(InferenceDeploymentStatus status) {
        Plan plan = status.plan();
        List<String> pools = plan == null
                ? List.of()
                : plan.pools().stream().map(Plan.Pool::name).toList();
        return new InferenceDeploymentStatus(
                status.observedGeneration(),
                status.url(),
                status.replicas(),
                status.readyReplicas(),
                new Plan(plan == null ? null : plan.plannedAt(), null, null, String.join(",", pools), null, null),
                null,
                status.conditions().stream()
                        .map(each -> new dev.kilter.api.v1alpha1.Condition(
                                each.type(), each.status(), each.observedGeneration(), null, each.reason(), null))
                        .toList(),
                null);
    }
}
