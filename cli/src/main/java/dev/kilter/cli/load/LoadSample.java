package dev.kilter.cli.load;

import org.HdrHistogram.Histogram;

/**
 * What the load met so far.
 *
 * @param scheduled requests whose time came
 * @param answered answered well
 * @param withinSlo answered well within the objective, counted from the scheduled time
 * @param refused refused by gateway or pods
 * @param failed answered with another error, or on a broken connection
 * @param timedOut not answered in time
 * @param notSent not sent, because too many were in flight
 * @param late requests that the generator itself sent more than 5 ms late
 * @param latestMillis the worst of these delays
 * @param recent latency over the last few seconds
 * @param total latency since the start
 */
public record LoadSample(
        long scheduled,
        long answered,
        long withinSlo,
        long refused,
        long failed,
        long timedOut,
        long notSent,
        long late,
        double latestMillis,
        Latency recent,
        Latency total) {

    /** Of requests answered well, from their scheduled time, milliseconds; zeros where there were none. */
    public record Latency(
            long count, double meanMillis, double p50Millis, double p90Millis, double p99Millis, double maxMillis) {
        static Latency of(Histogram micros) {
            return new Latency(
                    micros.getTotalCount(),
                    micros.getTotalCount() == 0 ? 0 : micros.getMean() / 1e3,
                    micros.getValueAtPercentile(50) / 1e3,
                    micros.getValueAtPercentile(90) / 1e3,
                    micros.getValueAtPercentile(99) / 1e3,
                    micros.getMaxValue() / 1e3);
        }
    }

    /** All that were neither answered nor refused. */
    public long broken() {
        return failed + timedOut + notSent;
    }

    /** Requests that are over. */
    public long finished() {
        return answered + refused + broken();
    }

    /** Fraction of the finished requests that were answered within the objective; 1 where none is finished. */
    public double attainment() {
        return finished() == 0 ? 1 : (double) withinSlo / finished();
    }
}
