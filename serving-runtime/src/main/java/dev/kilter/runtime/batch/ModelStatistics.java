package dev.kilter.runtime.batch;

import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.ServedModel.Timed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** What became of one model's requests and batches since the start. Thread-safe; counting a request takes no lock. */
public final class ModelStatistics {

    /**
     * Times of one run, nanoseconds.
     *
     * @param input joining the requests' tensors
     * @param infer in the engine
     * @param output checking and cutting the outputs
     */
    public record BatchTimes(long input, long infer, long output) {
        /** All of it. */
        public long total() {
            return input + infer + output;
        }
    }

    /** Counts at one moment; see {@link dev.kilter.protocol.RuntimeLoad.Model}. */
    public record Counts(
            long received,
            long answered,
            long degraded,
            long refused,
            long failed,
            long batches,
            long items,
            long running,
            long busyNanos) {}

    private final LongAdder received = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder running = new LongAdder();
    private final Striped success = new Striped();
    private final Striped fail = new Striped();

    private Sizes[] bySize = new Sizes[0];
    private final Sum queue = new Sum();
    private final Sizes all = new Sizes();
    private long items;
    private long degraded;
    private long busyNanos;
    private long longestNanos;
    private long lastEpochMillis = -1;

    /** A request reached admission. */
    public void received() {
        received.increment();
    }

    /** A batch left the queue for an engine. */
    void started(int requests) {
        running.add(requests);
    }

    /** It came back, well or not. */
    void ended(int requests) {
        running.add(-requests);
    }

    /** A run failed. */
    synchronized void failed(BatchTimes times) {
        busyNanos += times.total();
    }

    /** A run went well: the batch, or one request of it. */
    synchronized void ran(Batch batch, List<PendingRequest> requests, int size, BatchTimes times, long epochMillis) {
        busyNanos += times.total();
        longestNanos = Math.max(longestNanos, times.total());
        items += size;
        degraded += batch.degraded() ? requests.size() : 0;
        lastEpochMillis = epochMillis;
        all.add(times);
        ofSize(size).add(times);
        for (int i = 0; i < requests.size(); i++) {
            queue.add(batch.formedNanos() - requests.get(i).call().arrivalNanos());
        }
    }

    /** A request was answered after that time since its arrival. */
    public void answered(InferenceOutcome outcome, long nanos) {
        switch (outcome) {
            case InferenceOutcome.Answered _ -> success.add(nanos);
            case InferenceOutcome.Failed _ -> fail.add(nanos);
            case InferenceOutcome.Refused _, InferenceOutcome.Expired _, InferenceOutcome.Unavailable _ ->
                refused.increment();
            case InferenceOutcome.Invalid _, InferenceOutcome.NotFound _, InferenceOutcome.Cancelled _ -> {}
        }
    }

    /** The longest run so far; 0 before the first. */
    synchronized long longestNanos() {
        return longestNanos;
    }

    /** The counts of the load report. */
    public synchronized Counts counts() {
        return new Counts(
                received.sum(),
                success.count.sum(),
                degraded,
                refused.sum(),
                fail.count.sum(),
                all.infer.count,
                items,
                running.sum(),
                busyNanos);
    }

    /** As the protocol's statistics extension tells them. */
    public synchronized ServedModel.Statistics statistics() {
        List<ServedModel.Batch> batches = new ArrayList<>();
        for (int size = 0; size < bySize.length; size++) {
            if (bySize[size] != null) {
                batches.add(bySize[size].told(size));
            }
        }
        return new ServedModel.Statistics(
                lastEpochMillis < 0 ? Optional.empty() : Optional.of(lastEpochMillis),
                items,
                all.infer.count,
                success.told(),
                fail.told(),
                queue.told(),
                all.input.told(),
                all.infer.told(),
                all.output.told(),
                batches);
    }

    private Sizes ofSize(int size) {
        if (size >= bySize.length) {
            bySize = Arrays.copyOf(bySize, Math.max(size + 1, bySize.length * 2));
        }
        if (bySize[size] == null) {
            bySize[size] = new Sizes();
        }
        return bySize[size];
    }

    private static final class Striped {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void add(long more) {
            nanos.add(more);
            count.increment();
        }

        Timed told() {
            return new Timed(count.sum(), nanos.sum());
        }
    }

    private static final class Sum {
        private long count;
        private long nanos;

        void add(long more) {
            count++;
            nanos += more;
        }

        Timed told() {
            return new Timed(count, nanos);
        }
    }

    private static final class Sizes {
        private final Sum input = new Sum();
        private final Sum infer = new Sum();
        private final Sum output = new Sum();

        void add(BatchTimes times) {
            input.add(times.input());
            infer.add(times.infer());
            output.add(times.output());
        }

        ServedModel.Batch told(int batchSize) {
            return new ServedModel.Batch(batchSize, input.told(), infer.told(), output.told());
        }
    }
}
