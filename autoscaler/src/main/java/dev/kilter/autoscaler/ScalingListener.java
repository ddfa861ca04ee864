package dev.kilter.autoscaler;

/** Hears of every decision, to tell people: events, logs, metrics. Decides nothing. */
@FunctionalInterface
public interface ScalingListener {
    void decided(Decided decided);

    /** Both, one after the other. */
    default ScalingListener and(ScalingListener other) {
        return decided -> {
            decided(decided);
            other.decided(decided);
        };
    }
}
