package dev.kilter.core.simulation;

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

    /** The 99th percentile of the time from arrival to answer, seconds; infinite where so many got none. */
    public double p99Seconds() {
        int rank = (int) Math.ceil(0.99 * offered) - 1;
        return rank < sortedNanos.length ? sortedNanos[rank] / 1e9 : Double.POSITIVE_INFINITY;
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
    static final class Recorder implements SimulatedReplica.Sink {
        private final long[] latencies;
        private final int unmeasured;
        private final long objectiveNanos;
        private int offered;
        private int refused;
        private int answered;
        private int missed;
        private double waitSeconds;
        private long answeredOfAll;
        private long batches;

        Recorder(Load load, long objectiveNanos) {
            this.objectiveNanos = objectiveNanos;
            latencies = new long[load.requests()];
            unmeasured = load.total() - load.requests();
        }

        /** It came. */
        void offered(int id) {
            if (id >= unmeasured) {
                offered++;
            }
        }

        void refused(int id) {
            if (id >= unmeasured) {
                refused++;
                missed++;
            }
        }

        @Override
        public void givenUp(int id, long arrival) {
            if (id >= unmeasured) {
                missed++;
            }
        }

        /** How many were not answered within the objective. */
        int missed() {
            return missed;
        }

        /** Its answer is certain: nobody kills this replica. Counted at once, so that a hopeless run ends early. */
        @Override
        public void begun(int id, long arrival, long start, long end, boolean degraded) {
            answeredOfAll++;
            if (id >= unmeasured) {
                long latency = end - arrival;
                latencies[answered++] = latency;
                missed += latency > objectiveNanos ? 1 : 0;
                waitSeconds += (start - arrival) / 1e9;
            }
        }

        @Override
        public void ran(int items, long start, long end) {
            batches++;
        }

        Measured measured() {
            return new Measured(this);
        }
    }
}
