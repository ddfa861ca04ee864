package dev.kilter.cli.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts what the load met. Recording is thread-safe and cheap; {@link #sample} is for one reader. */
public final class LoadStatistics {

    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final long sloNanos;
    private final int windowSamples;
    private final LongAdder scheduled = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder withinSlo = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAccumulator latest = new LongAccumulator(Math::max, 0);
    private final Recorder recorder = new Recorder(HIGHEST_MICROS, 3);
    private final Histogram total = new Histogram(HIGHEST_MICROS, 3);
    private final Deque<Histogram> window = new ArrayDeque<>();

    /**
     * @param sloNanos the objective that {@link LoadSample#withinSlo} counts
     * @param windowSamples over how many samples the live percentiles are taken
     */
    public LoadStatistics(long sloNanos, int windowSamples) {
        this.sloNanos = sloNanos;
        this.windowSamples = windowSamples;
    }

    void scheduled(long latenessNanos) {
        scheduled.increment();
        latest.accumulate(latenessNanos);
        if (latenessNanos > LATE_NANOS) {
            late.increment();
        }
    }

    void notSent() {
        failed.increment();
    }

    void completed(LoadTarget.Reply reply, long nanos) {
        switch (reply) {
            case ANSWERED -> {
                answered.increment();
                if (nanos <= sloNanos) {
                    withinSlo.increment();
                }
                recorder.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, HIGHEST_MICROS));
            }
            case REFUSED -> refused.increment();
            case FAILED -> failed.increment();
        }
    }

    /** Where things stand; call it at a steady pace: the live percentiles are over the last calls. */
    public LoadSample sample() {
        Histogram interval = recorder.getIntervalHistogram();
        total.add(interval);
        window.addLast(interval);
        if (window.size() > windowSamples) {
            window.removeFirst();
        }
        Histogram recent = new Histogram(HIGHEST_MICROS, 3);
        window.forEach(recent::add);
        return new LoadSample(
                scheduled.sum(),
                answered.sum(),
                withinSlo.sum(),
                refused.sum(),
                failed.sum(),
                late.sum(),
                latest.get() / 1e6,
                LoadSample.Latency.of(recent),
                LoadSample.Latency.of(total));
    }
}
