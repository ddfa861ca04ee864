package dev.kilter.runtime.batch;

import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine thread of a model: takes a batch, runs it on its own instance of the active variant, answers. Where a
 * batch fails each of its requests is run once more, alone, so that only the guilty one is told of a failure.
 */
public final class BatchRunner implements Runnable {

    /**
     * What a runner shares with the other runners of its model.
     *
     * @param version of the model, as answers tell it
     * @param curves what is learnt of typical batches, by variant
     */
    public record Shared(
            String version,
            BatchQueue queue,
            ModelStatistics statistics,
            Map<String, LearnedCurve> curves,
            EngineHealth health,
            BatchListener listener) {
        public Shared {
            curves = Map.copyOf(curves);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

    /** So many lone requests that fail in a row put the engine itself to the test. */
    private static final int FAILURES_BEFORE_TEST = 3;

    private final Shared shared;
    private final int engine;
    private final Map<String, LoadedModel> instances;
    private final BatchTensors tensors = new BatchTensors();
    private int failuresInARow;

    /**
     * @param engine its number, from 0
     * @param instances this thread's own instance of each resident variant, by the variant's name
     */
    public BatchRunner(Shared shared, int engine, Map<String, LoadedModel> instances) {
        this.shared = shared;
        this.engine = engine;
        this.instances = Map.copyOf(instances);
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // told by health
    public void run() {
        try (tensors) {
            for (Optional<Batch> batch = next(); batch.isPresent(); batch = next()) {
                serve(batch.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // in the queue or its policy: without this thread nobody is served
            LOG.error("engine thread {} ended", engine, e);
            shared.health().broken("engine thread " + engine + " ended: " + e);
        }
    }

    private Optional<Batch> next() throws InterruptedException {
        return shared.queue().take(engine);
    }

    private void serve(Batch batch) {
        shared.statistics().started(batch.requests().size());
        try {
            Optional<String> failure = attempt(batch, batch.requests(), batch.items());
            if (failure.isPresent()) {
                isolate(batch, failure.get());
            }
        } finally {
            shared.statistics().ended(batch.requests().size());
        }
    }

    /** The batch failed as a whole: whose fault is it? */
    private void isolate(Batch batch, String failure) {
        List<PendingRequest> requests = batch.requests();
        if (requests.size() == 1) {
            fail(batch, requests.getFirst(), failure);
            return;
        }
        shared.listener().isolated(batch.variant(), requests.size());
        for (PendingRequest request : requests) {
            InferenceOutcome overtaken = request.overtaken(System.nanoTime());
            if (overtaken != null) {
                request.answer().complete(overtaken);
            } else if (shared.health().trouble().isPresent()) {
                fail(batch, request, failure); // the engine is at fault: another try tells nothing
            } else {
                attempt(batch, List.of(request), request.items()).ifPresent(own -> fail(batch, request, own));
            }
        }
    }

    private void fail(Batch batch, PendingRequest request, String failure) {
        request.answer()
                .complete(new InferenceOutcome.Failed(
                        "model " + name(batch) + " variant " + batch.variant() + ": " + failure));
        failuresInARow++;
        if (failuresInARow >= FAILURES_BEFORE_TEST) {
            failuresInARow = 0;
            test(batch.variant()).ifPresent(shared.health()::broken);
        }
    }

    /** Runs these requests and answers them; or tells what failed, and answers nobody. */
    @SuppressWarnings("CatchingUnchecked") // whatever an engine throws, its callers are answered and the thread lives
    private Optional<String> attempt(Batch batch, List<PendingRequest> requests, int items) {
        Stopwatch watch = new Stopwatch();
        try {
            LoadedModel model = instances.get(batch.variant());
            List<Tensor> inputs = tensors.join(requests, items);
            watch.lapInput();
            List<Tensor> outputs = model.run(inputs);
            watch.lapInfer();
            check(model, outputs, items);
            succeed(batch, requests, items, BatchTensors.split(outputs, requests), watch.done());
            return Optional.empty();
        } catch (EngineException e) {
            LOG.warn("model {} variant {}: {}", name(batch), batch.variant(), e.getMessage());
            return failed(batch, e.getMessage(), watch);
        } catch (RuntimeException | Error e) {
            LOG.error("model {} variant {}: the engine broke", name(batch), batch.variant(), e);
            return failed(batch, "the engine broke: " + e, watch);
        }
    }

    private Optional<String> failed(Batch batch, String failure, Stopwatch watch) {
        shared.statistics().failed(watch.done());
        shared.listener().failed(batch.variant());
        return Optional.of(failure);
    }

    private void succeed(
            Batch batch,
            List<PendingRequest> requests,
            int items,
            List<List<Tensor>> answers,
            ModelStatistics.BatchTimes times) {
        failuresInARow = 0;
        shared.health().works();
        batch.curve().record(items, times.total());
        shared.curves().get(batch.variant()).record(items, times.total());
        shared.statistics().ran(batch, requests, items, times, System.currentTimeMillis());
        boolean whole = requests.size() == batch.requests().size();
        shared.listener()
                .ran(new BatchListener.Run(
                        batch.variant(),
                        items,
                        batch.formedNanos() - batch.firstArrivalNanos(),
                        batch.windowNanos(),
                        whole ? batch.expectedNanos() : 0,
                        times));
        for (int i = 0; i < answers.size(); i++) {
            PendingRequest request = requests.get(i);
            List<Tensor> outputs = asked(request.call().outputs(), answers.get(i));
            request.answer()
                    .complete(new InferenceOutcome.Answered(
                            request.call().model(), shared.version(), batch.variant(), batch.degraded(), outputs));
        }
    }

    private static List<Tensor> asked(List<String> names, List<Tensor> outputs) {
        return names.isEmpty()
                ? outputs
                : outputs.stream()
                        .filter(output -> names.contains(output.name()))
                        .toList();
    }

    /**
     * Runs what warm-up could run: what is wrong with the engine if that fails; empty where nothing is, or is known.
     */
    @SuppressWarnings("CatchingUnchecked") // as above
    private Optional<String> test(String variant) {
        LoadedModel model = instances.get(variant);
        if (!SampleInputs.certain(model.signature())) {
            return Optional.empty();
        }
        try {
            check(model, model.run(SampleInputs.of(model.signature(), 1)), 1);
            return Optional.empty();
        } catch (EngineException | RuntimeException | Error e) {
            LOG.error("variant {}: the engine fails even on what it could run when it was warmed up", variant, e);
            return Optional.of("the engine of variant " + variant + " fails whatever it is given: " + e.getMessage());
        }
    }

    private static void check(LoadedModel model, List<Tensor> outputs, int items) throws EngineException {
        List<TensorSpec> expected = model.signature().outputs();
        if (outputs.size() != expected.size()) {
            throw new EngineException(
                    "the engine gave " + outputs.size() + " outputs (expected: " + expected.size() + ")");
        }
        if (!model.signature().batchable()) {
            return;
        }
        for (Tensor output : outputs) {
            if (output.shape().rank() == 0 || output.shape().dimensions().getFirst() != items) {
                throw new EngineException("output " + output.name() + ": the engine gave shape " + output.shape()
                        + " for a batch of " + items + " (expected: " + items + " as first dimension)");
            }
        }
    }

    private static String name(Batch batch) {
        return batch.requests().getFirst().call().model();
    }

    /** Laps of one run; what did not happen took no time. */
    private static final class Stopwatch {
        private final long start = System.nanoTime();
        private long input;
        private long infer;

        void lapInput() {
            input = System.nanoTime() - start;
        }

        void lapInfer() {
            infer = System.nanoTime() - start - input;
        }

        ModelStatistics.BatchTimes done() {
            return new ModelStatistics.BatchTimes(input, infer, System.nanoTime() - start - input - infer);
        }
    }
}
