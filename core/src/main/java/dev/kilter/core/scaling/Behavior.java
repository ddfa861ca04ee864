package dev.kilter.core.scaling;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How fast counts may move, with the meaning of HorizontalPodAutoscaler v2's {@code behavior}. What is left out is the
 * policy's default.
 */
public record Behavior(Rules scaleUp, Rules scaleDown) {

    /** Everything left to the policy. */
    public static final Behavior UNSPECIFIED = new Behavior(Rules.UNSPECIFIED, Rules.UNSPECIFIED);

    /** Which of several limits counts. */
    public enum Select {
        /** The one that allows the largest change. */
        MAX,
        /** The one that allows the smallest change. */
        MIN,
        /** No change in this direction. */
        DISABLED
    }

    /**
     * Of one direction.
     *
     * @param stabilizationWindow the gentlest recommendation of this window counts
     * @param select which of the limits counts
     * @param limits empty: the policy's default
     * @param tolerance change of the ratio between load and target that is let pass
     */
    public record Rules(
            Optional<Duration> stabilizationWindow,
            Optional<Select> select,
            List<Limit> limits,
            OptionalDouble tolerance) {

        /** Everything left to the policy. */
        public static final Rules UNSPECIFIED =
                new Rules(Optional.empty(), Optional.empty(), List.of(), OptionalDouble.empty());

        public Rules {
            limits = List.copyOf(limits);
        }
    }

    /** How much a count may change within a period. */
    public sealed interface Limit {

        /** How far back changes are counted. */
        Duration period();

        /** By so many replicas. */
        record Pods(int value, Duration period) implements Limit {}

        /** By so many percent of the count at the start of the period. */
        record Percent(int value, Duration period) implements Limit {}
    }
}
