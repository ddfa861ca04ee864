package dev.kilter.runtime.batch;

import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.ServedModel.Timed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What became of one model's requests and batches since the start. Thread-safe. */
public final class ModelStatistics {

    /**
     * Times of one batch, nanoseconds.
     *
     * @param input joining the requests' tensors
     * @param infer in the engine
     * @param output checking and cutting the outputs
     */
    public record BatchTimes(long input, long infer, long output) {
        long total() {
            return input + infer + output;
        }
    }

    /** Counts at one moment; see {@link dev.kilter.protocol.RuntimeLoad.Model}. */
    public record Counts(
            long received,
            long answered,
            long refused,
            long failed,
            long batches,
            long items,
            long running,
            long busyNanos) {}

    private final Map<Integer, Sizes> sizes = new TreeMap<>();
    private final Sum success = new Sum();
    private final Sum fail = new Sum();
    private final Sum queue = new Sum();
    private final Sum input = new Sum();
    private final Sum infer = new Sum();
    private final Sum output = new Sum();
    private long received;
    private long refused;
    private long batches;
    private long items;
    private long running;
    private long busyNanos;
    private long lastEpochMillis = -1;

    /** A request reached admission. */
    public synchronized void received() {
        received++;
    }

    /** A batch left the queue for an engine. */
    synchronized void started(int requests) {
        running += requests;
    }

    /** A batch left the engine, well or not. */
    synchronized void finished(Batch batch, BatchTimes times, boolean failed, long epochMillis) {
        running -= batch.requests().size();
        busyNanos += times.total();
        if (failed) {
            return;
        }
        batches++;
        items += batch.items();
        lastEpochMillis = epochMillis;
        input.add(times.input());
        infer.add(times.infer());
        output.add(times.output());
        sizes.computeIfAbsent(batch.items(), _ -> new Sizes()).add(times);
        batch.requests()
                .forEach(request ->
                        queue.add(batch.formedNanos() - request.call().arrivalNanos()));
    }

    /** A request was answered after that time since its arrival. */
    public synchronized void answered(InferenceOutcome outcome, long nanos) {
        switch (outcome) {
            case InferenceOutcome.Answered _ -> success.add(nanos);
            case InferenceOutcome.Failed _ -> fail.add(nanos);
            case InferenceOutcome.Refused _, InferenceOutcome.Expired _, InferenceOutcome.Unavailable _ -> refused++;
            case InferenceOutcome.Invalid _, InferenceOutcome.NotFound _, InferenceOutcome.Cancelled _ -> {}
        }
    }

    /** The counts of the load report. */
    public synchronized Counts counts() {
        return new Counts(received, success.count, refused, fail.count, batches, items, running, busyNanos);
    }

    /** As the protocol's statistics extension tells them. */
    public synchronized ServedModel.Statistics statistics() {
        List<ServedModel.Batch> bySize = sizes.entrySet().stream()
                .map(e -> e.getValue().told(e.getKey()))
                .toList();
        return new ServedModel.Statistics(
                lastEpochMillis < 0 ? Optional.empty() : Optional.of(lastEpochMillis),
                items,
                batches,
                success.told(),
                fail.told(),
                queue.told(),
                input.told(),
                infer.told(),
                output.told(),
                bySize);
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
