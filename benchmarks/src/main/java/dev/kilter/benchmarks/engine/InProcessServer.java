package dev.kilter.benchmarks.engine;

import dev.kilter.benchmarks.Contender;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.ModelFile;
import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.model.ModelLoadException;
import dev.kilter.runtime.model.ResidentVariant;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Everything behind the sockets: admission, queue, batches, join, engine, split. Requests of one item, and always two
 * batches of them under way, so that the engine never waits for work.
 */
final class InProcessServer implements Contender {

    private static final String MODEL = "m";

    private final HostedModels models;
    private final List<Tensor> inputs;
    private final Semaphore underWay;
    private final int batch;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicReference<InferenceOutcome> fault = new AtomicReference<>();
    private long counted;

    InProcessServer(Engine engine, ModelFile file, int batch, int threads)
            throws EngineException, ModelLoadException, InterruptedException {
        RuntimeConfig.Model model = new RuntimeConfig.Model(
                MODEL,
                "tensor",
                List.of(new RuntimeConfig.Variant("v", file.uri().toString(), Optional.empty(), "fp32")),
                "v",
                batch,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        LoadedModel loaded = engine.load(file, new EngineOptions("CPU", threads));
        this.models = new HostedModels(
                new RuntimeConfig(List.of(model), new RuntimeConfig.Engine("CPU", 1, threads)),
                (_, variant, _, _) -> new ResidentVariant(variant.name(), file.digest(), 0, List.of(loaded)),
                GreedyBatchPolicy::new,
                new CollectorRegistry());
        models.loadAll();
        this.inputs = SampleInputs.of(loaded.signature(), 1);
        this.batch = batch;
        this.underWay = new Semaphore(2 * batch);
    }

    @Override
    public String name() {
        return "in-process server";
    }

    /** Sends one request; it is answered later. */
    @Override
    public int work() throws InterruptedException {
        underWay.acquire();
        InferenceCall call = new InferenceCall(
                MODEL, Optional.empty(), "", inputs, List.of(), System.nanoTime(), OptionalLong.empty(), () -> false);
        models.infer(call).thenAccept(this::done);
        InferenceOutcome failed = fault.get();
        if (failed != null) {
            throw new IllegalStateException("a batch of " + batch + ": " + failed);
        }
        long before = counted;
        counted = answered.get();
        return (int) (counted - before);
    }

    private void done(InferenceOutcome outcome) {
        if (outcome instanceof InferenceOutcome.Answered) {
            answered.incrementAndGet();
        } else {
            fault.compareAndSet(null, outcome);
        }
        underWay.release();
    }

    @Override
    public void close() {
        try {
            models.close(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
