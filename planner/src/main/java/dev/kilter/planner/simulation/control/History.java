package dev.kilter.planner.simulation.control;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What was scraped of one pod or gateway: the last samples of its counters, in a ring. */
public final class History {
    private final int kept;
    private long[] times = new long[8];
    private long[] values = new long[8 * Counter.COUNT];
    private int head;
    private int size;

    /** @param kept how many samples are remembered, at least 2 */
    public History(int kept) {
        if (kept < 2) {
            throw new IllegalArgumentException("kept: " + kept + " (expected: >= 2)");
        }
        this.kept = kept;
    }

    /**
     * A sample.
     *
     * @param counters by {@link Counter#index}
     */
    public void add(long atNanos, long[] counters) {
        if (size == kept) {
            head = (head + 1) % times.length;
            size--;
        } else if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            values = Arrays.copyOf(values, 2 * size * Counter.COUNT);
        }
        int at = (head + size) % times.length;
        times[at] = atNanos;
        System.arraycopy(counters, 0, values, at * Counter.COUNT, Counter.COUNT);
        size++;
    }

    /** When the last sample was taken that is not later than {@code until}; negative: there is none. */
    long lastNanos(long until) {
        int last = last(until);
        return last < 0 ? -1 : times[index(last)];
    }

    /** A counter in the last sample that is not later than {@code until}. */
    OptionalLong total(Counter counter, long until) {
        int last = last(until);
        return last < 0 ? OptionalLong.empty() : OptionalLong.of(value(last, counter));
    }

    OptionalDouble perSecond(Counter counter, Duration window, long until) {
        int last = last(until);
        if (last < 0) {
            return OptionalDouble.empty();
        }
        long end = times[index(last)];
        int first = last;
        while (first > 0 && end - times[index(first - 1)] <= window.toNanos()) {
            first--;
        }
        if (first == last) {
            return OptionalDouble.empty();
        }
        long more = value(last, counter) - value(first, counter);
        return OptionalDouble.of(more * 1e9 / (end - times[index(first)]));
    }

    private int last(long until) {
        int last = size - 1;
        while (last >= 0 && times[index(last)] > until) {
            last--;
        }
        return last;
    }

    private long value(int sample, Counter counter) {
        return values[index(sample) * Counter.COUNT + counter.index()];
    }

    private int index(int sample) {
        return (head + sample) % times.length;
    }
}
