package dev.kilter.cli.bench;

import dev.kilter.cli.bench.evidence.Headroom;
import dev.kilter.cli.bench.evidence.Verdict;
import dev.kilter.cli.load.LoadSample;
import dev.kilter.cli.load.SettledCounts;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * One run against one target, its warm-up left out.
 *
 * @param seconds over which requests were due
 * @param latencies of requests answered well, from the scheduled time, microseconds
 * @param series one point a quarter of a second
 * @param verdict on the objective, where there is one
 * @param settled what the verdict rests on
 */
public record RunResult(
        String target,
        Load load,
        double seconds,
        LoadSample counts,
        Histogram latencies,
        List<Point> series,
        Optional<Verdict> verdict,
        SettledCounts.Counts settled,
        Headroom headroom) {

    /**
     * What happened since the point before.
     *
     * @param seconds since the end of the warm-up
     */
    public record Point(
            double seconds,
            double offeredPerSecond,
            double answeredPerSecond,
            double badPerSecond,
            double p50Millis,
            double p99Millis) {}

    /** Answers a second. */
    public double throughput() {
        return counts.answered() / seconds;
    }

    /** Requests due a second. */
    public double offered() {
        return counts.scheduled() / seconds;
    }

    /** Latency at a percentile, milliseconds. */
    public double millisAt(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
