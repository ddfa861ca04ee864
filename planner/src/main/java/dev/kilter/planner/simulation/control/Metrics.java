package dev.kilter.planner.simulation.control;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is known of one pod or gateway at a tick.
 *
 * @param history all that was scraped
 * @param untilNanos what was scraped later is not known yet
 */
public record Metrics(History history, long untilNanos) {

    /**
     * How fast a counter grew over the samples that lie within that time before the last one.
     *
     * @return a second; empty where there are less than two
     */
    public OptionalDouble perSecond(Counter counter, Duration window) {
        return history.perSecond(counter, window, untilNanos);
    }

    /** A counter as it stood at the last sample; empty: there is none. */
    public OptionalLong total(Counter counter) {
        return history.total(counter, untilNanos);
    }

    /** When the last sample was taken; negative: never. */
    public long lastNanos() {
        return history.lastNanos(untilNanos);
    }
}
