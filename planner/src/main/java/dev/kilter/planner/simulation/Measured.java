package dev.kilter.planner.simulation;

import java.time.Duration;
import java.util.Arrays;

/** What a simulated run showed of its measured requests. */
public final class Measured {
    private final long[] sortedNanos;
    private final int offered;
    private final int refused;
    private final double meanWaitSeconds;
    private final double meanBatchSize;

    private Measured(Recorder recorder) {
        sortedNanos = Arrays.copyOf(recorder.latencies, recorder.answered);
        Arrays.sort(sortedNanos);
        offered = recorder.offered;
        refused = recorder.refused;
        meanWaitSeconds = recorder.waitSeconds / Math.max(1, recorder.answered);
        meanBatchSize = (double) recorder.answeredOfAll / recorder.batches;
    }

    /** The 99th percentile of the time from arrival to answer, of those answered; seconds. */
    public double p99Seconds() {
        return sortedNanos[(int) Math.ceil(0.99 * sortedNanos.length) - 1] / 1e9;
    }

    /** The fraction of the offered requests that were answered within the objective. */
    public double attainment(Duration objective) {
        return (double) within(objective) / offered;
    }

    /** The fraction of the admitted requests that were answered within the objective. */
    public double admittedAttainment(Duration objective) {
        return (double) within(objective) / (offered - refused);
    }

    private int within(Duration objective) {
        int low = 0;
        int high = sortedNanos.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sortedNanos[middle] <= objective.toNanos()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Mean time from arrival to the start of one's batch, seconds. */
    public double meanWaitSeconds() {
        return meanWaitSeconds;
    }

    /** Items per batch. */
    public double meanBatchSize() {
        return meanBatchSize;
    }

    /** Collects while a run goes on; what came before the measured requests counts for batches alone. */
    static final class Recorder {
        private final long[] latencies;
        private final int unmeasured;
        private int offered;
        private int refused;
        private int answered;
        private double waitSeconds;
        private long answeredOfAll;
        private long batches;

        Recorder(Load load) {
            latencies = new long[load.requests()];
            unmeasured = load.total() - load.requests();
            offered = load.requests();
        }

        void refused(int id) {
            if (id >= unmeasured) {
                refused++;
            }
        }

        void answered(int id, long wait, long latency) {
            answeredOfAll++;
            if (id >= unmeasured) {
                latencies[answered++] = latency;
                waitSeconds += wait / 1e9;
            }
        }

        void ran() {
            batches++;
        }

        Measured measured() {
            return new Measured(this);
        }
    }
}
