package dev.kilter.cli.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Counts what the load met. One thread writes and one reads, some times a second, so one uncontended lock is cheaper
 * than what would avoid it.
 */
public final class LoadStatistics implements LoadListener {

    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final long sloNanos;
    private final int windowSamples;
    private final SettledCounts settled;
    private final Map<LoadTarget.Reply, Long> replies = new EnumMap<>(LoadTarget.Reply.class);
    private final Histogram lateness = histogram();
    private final Histogram total = histogram();
    private final Deque<Histogram> window = new ArrayDeque<>();
    private Histogram interval = histogram();
    private long scheduled;
    private long withinSlo;
    private long late;

    /**
     * @param sloNanos the objective that {@link LoadSample#withinSlo} counts
     * @param windowSamples over how many samples the live percentiles are taken
     */
    public LoadStatistics(long sloNanos, int windowSamples) {
        this.sloNanos = sloNanos;
        this.windowSamples = windowSamples;
        this.settled = new SettledCounts(sloNanos);
        for (LoadTarget.Reply reply : LoadTarget.Reply.values()) {
            replies.put(reply, 0L);
        }
    }

    @Override
    public synchronized void scheduled(long due, long latenessNanos) {
        scheduled++;
        settled.scheduled(due);
        lateness.recordValue(micros(latenessNanos));
        if (latenessNanos > LATE_NANOS) {
            late++;
        }
    }

    @Override
    public synchronized void completed(long due, LoadTarget.Reply reply, long latencyNanos) {
        replies.merge(reply, 1L, Long::sum);
        if (reply == LoadTarget.Reply.ANSWERED) {
            interval.recordValue(micros(latencyNanos));
            if (latencyNanos <= sloNanos) {
                withinSlo++;
                settled.good(due);
            }
        }
    }

    /** Of the requests whose fate is known for certain at that time, how many there were and how many broke the SLO. */
    public synchronized SettledCounts.Counts settled(long nowNanos) {
        return settled.at(nowNanos);
    }

    /** Where things stand; call it at a steady pace: the live percentiles are over the last calls. */
    public synchronized LoadSample sample() {
        total.add(interval);
        window.addLast(interval);
        if (window.size() > windowSamples) {
            // Reused, so that sampling makes no garbage of the size of a histogram.
            interval = window.removeFirst();
            interval.reset();
        } else {
            interval = histogram();
        }
        Histogram recent = histogram();
        window.forEach(recent::add);
        return new LoadSample(
                scheduled,
                replies.get(LoadTarget.Reply.ANSWERED),
                withinSlo,
                replies.get(LoadTarget.Reply.REFUSED),
                replies.get(LoadTarget.Reply.FAILED),
                replies.get(LoadTarget.Reply.TIMED_OUT),
                replies.get(LoadTarget.Reply.NOT_SENT),
                late,
                lateness.getMaxValue() / 1e3,
                LoadSample.Latency.of(recent),
                LoadSample.Latency.of(total));
    }

    /** Latencies of all requests answered well up to the last {@link #sample}, microseconds; a copy. */
    public synchronized Histogram latencies() {
        return total.copy();
    }

    /** How late the generator sent, microseconds; a copy. */
    public synchronized Histogram lateness() {
        return lateness.copy();
    }

    private static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, 3);
    }

    private static long micros(long nanos) {
        return Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, HIGHEST_MICROS);
    }
}
