package dev.kilter.runtime.batch;

import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine thread of a model: takes a batch, runs it on its own instance of the active variant, answers. An engine
 * that throws fails that batch and nothing else.
 */
public final class BatchRunner implements Runnable {

    /**
     * What a runner shares with the other runners of its model.
     *
     * @param curves what is learnt, by variant
     */
    public record Shared(
            BatchQueue queue, ModelStatistics statistics, Map<String, LearnedCurve> curves, BatchListener listener) {
        public Shared {
            curves = Map.copyOf(curves);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

    private final Shared shared;
    private final Map<String, LoadedModel> instances;
    private final BatchTensors tensors = new BatchTensors();

    /** @param instances this thread's own instance of each resident variant, by the variant's name */
    public BatchRunner(Shared shared, Map<String, LoadedModel> instances) {
        this.shared = shared;
        this.instances = Map.copyOf(instances);
    }

    @Override
    public void run() {
        try (tensors) {
            for (Optional<Batch> batch = next(); batch.isPresent(); batch = next()) {
                answer(batch.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Batch> next() throws InterruptedException {
        return shared.queue().take();
    }

    @SuppressWarnings("CatchingUnchecked") // whatever an engine throws, its callers are answered and the thread lives
    private void answer(Batch batch) {
        shared.statistics().started(batch.requests().size());
        Stopwatch watch = new Stopwatch();
        try {
            LoadedModel model = instances.get(batch.variant());
            List<Tensor> inputs = tensors.join(batch.requests(), batch.items());
            watch.lapInput();
            List<Tensor> outputs = model.run(inputs);
            watch.lapInfer();
            check(model, outputs, batch.items());
            succeed(batch, BatchTensors.split(outputs, batch.requests()), watch.done());
        } catch (EngineException e) {
            LOG.warn("model {} variant {}: {}", name(batch), batch.variant(), e.getMessage());
            fail(batch, e.getMessage(), watch.done());
        } catch (RuntimeException | Error e) {
            LOG.error("model {} variant {}: the engine broke", name(batch), batch.variant(), e);
            fail(batch, "the engine broke: " + e, watch.done());
        }
    }

    private void succeed(Batch batch, List<List<Tensor>> answers, ModelStatistics.BatchTimes times) {
        shared.statistics().finished(batch, times, false, System.currentTimeMillis());
        shared.curves().get(batch.variant()).record(batch.items(), times.total());
        long queued = batch.formedNanos() - batch.requests().getFirst().call().arrivalNanos();
        shared.listener().ran(batch.variant(), batch.items(), queued, times);
        for (int i = 0; i < answers.size(); i++) {
            PendingRequest request = batch.requests().get(i);
            List<String> asked = request.call().outputs();
            List<Tensor> outputs = answers.get(i).stream()
                    .filter(output -> asked.isEmpty() || asked.contains(output.name()))
                    .toList();
            request.answer()
                    .complete(new InferenceOutcome.Answered(
                            request.call().model(), ServedVersion.ONLY, batch.variant(), outputs));
        }
    }

    private void fail(Batch batch, String message, ModelStatistics.BatchTimes times) {
        shared.statistics().finished(batch, times, true, System.currentTimeMillis());
        shared.listener().failed(batch.variant());
        InferenceOutcome outcome =
                new InferenceOutcome.Failed("model " + name(batch) + " variant " + batch.variant() + ": " + message);
        batch.requests().forEach(request -> request.answer().complete(outcome));
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

    /** Laps of one batch; what did not happen took no time. */
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
