package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Behavior;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The changes of one pool's count that limits look back on. Immutable. */
record Changes(List<Change> all) {

    static final Changes NONE = new Changes(List.of());

    /** The API's longest period. */
    private static final Duration KEPT = Duration.ofSeconds(1800);

    record Change(Instant at, int replicas) {}

    Changes with(Instant at, int replicas) {
        List<Change> kept = new ArrayList<>();
        for (Change change : all) {
            if (change.at().isAfter(at.minus(KEPT))) {
                kept.add(change);
            }
        }
        if (replicas != 0) {
            kept.add(new Change(at, replicas));
        }
        return new Changes(List.copyOf(kept));
    }

    /** The most that the count may rise to. */
    int ceiling(int current, Behavior.Rules rules, Instant now) {
        if (disabled(rules)) {
            return current;
        }
        IntStream ceilings = rules.limits().stream().mapToInt(limit -> {
            int atStart = atStartOf(limit.period(), current, now);
            return switch (limit) {
                case Behavior.Limit.Pods pods -> atStart + pods.value();
                case Behavior.Limit.Percent percent -> (int) Math.ceil(atStart * (1 + percent.value() / 100.0));
            };
        });
        boolean gentlest = isMin(rules);
        return Math.max(current, (gentlest ? ceilings.min() : ceilings.max()).orElse(Integer.MAX_VALUE));
    }

    /** The least that the count may fall to. */
    int floor(int current, Behavior.Rules rules, Instant now) {
        if (disabled(rules)) {
            return current;
        }
        IntStream floors = rules.limits().stream().mapToInt(limit -> {
            int atStart = atStartOf(limit.period(), current, now);
            return switch (limit) {
                case Behavior.Limit.Pods pods -> atStart - pods.value();
                case Behavior.Limit.Percent percent -> (int) (atStart * (1 - percent.value() / 100.0));
            };
        });
        boolean gentlest = isMin(rules);
        return Math.clamp((gentlest ? floors.max() : floors.min()).orElse(0), 0, current);
    }

    private int atStartOf(Duration period, int current, Instant now) {
        Instant start = now.minus(period);
        return current
                - all.stream()
                        .filter(change -> change.at().isAfter(start))
                        .mapToInt(Change::replicas)
                        .sum();
    }

    private static boolean disabled(Behavior.Rules rules) {
        return rules.select().filter(s -> s == Behavior.Select.DISABLED).isPresent();
    }

    private static boolean isMin(Behavior.Rules rules) {
        return rules.select().filter(s -> s == Behavior.Select.MIN).isPresent();
    }
}
