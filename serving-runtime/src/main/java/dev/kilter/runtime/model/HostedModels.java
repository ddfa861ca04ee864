package dev.kilter.runtime.model;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.serving.ServedModel;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * All models of this process. In order: construct, put a server in front, {@link #loadAll()}, …, {@link #drain()}, take
 * the server away, {@link #close(Duration)}.
 */
public final class HostedModels implements ModelServer {

    private final RuntimeConfig config;
    private final VariantLoader loader;
    private final Map<String, HostedModel> models = new LinkedHashMap<>();
    private final long startedAtMillis = System.currentTimeMillis();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("queue-sweeper").factory());
    private volatile boolean draining;

    /**
     * @param config without faults by {@link ConfigCheck}
     * @param policies makes the policy of each line of requests that may share a batch
     */
    public HostedModels(
            RuntimeConfig config, VariantLoader loader, Supplier<BatchPolicy> policies, CollectorRegistry registry) {
        this.config = config;
        this.loader = loader;
        RuntimeMetrics metrics = new RuntimeMetrics(this, registry);
        config.models()
                .forEach(
                        model -> models.put(model.name(), new HostedModel(model, policies, metrics, System::nanoTime)));
        sweeper.scheduleWithFixedDelay(
                () -> models.values().forEach(HostedModel::lookAfter),
                Serving.TICK.toNanos(),
                Serving.TICK.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /**
     * Loads every model, one after another; blocks until all are ready.
     *
     * @throws ModelLoadException at the first that cannot be loaded; its state tells why
     * @throws InterruptedException if the thread is interrupted
     */
    public void loadAll() throws ModelLoadException, InterruptedException {
        for (HostedModel model : models.values()) {
            try {
                model.load(loader, config.engine());
            } catch (ModelLoadException e) {
                model.failed(e.getMessage());
                throw e;
            }
        }
    }

    /** Not ready any more, but still answering, until the gateways have let go. */
    public void drain() {
        draining = true;
        models.values().forEach(HostedModel::draining);
    }

    /** Takes nothing more in, finishes what is queued, each model for at most that long, and frees the engines. */
    public void close(Duration patience) throws InterruptedException {
        sweeper.shutdownNow();
        for (HostedModel model : models.values()) {
            model.close(patience);
        }
    }

    @Override
    public CompletionStage<InferenceOutcome> infer(InferenceCall call) {
        HostedModel model = models.get(call.model());
        return model == null
                ? CompletableFuture.completedStage(new InferenceOutcome.NotFound(notServed(call.model())))
                : model.infer(call);
    }

    @Override
    public boolean ready() {
        return !draining && models.values().stream().allMatch(HostedModel::ready);
    }

    @Override
    public boolean live() {
        return models.values().stream().noneMatch(HostedModel::stuck);
    }

    @Override
    public Optional<ServedModel> model(String name) {
        return Optional.ofNullable(models.get(name)).map(HostedModel::describe);
    }

    @Override
    public List<ServedModel> models() {
        return models.values().stream().map(HostedModel::describe).toList();
    }

    @Override
    public OperatingPointOutcome update(String model, OperatingPointUpdate update) {
        HostedModel hosted = models.get(model);
        return hosted == null ? new OperatingPointOutcome.NotFound(notServed(model)) : hosted.update(update);
    }

    @Override
    public RuntimeLoad load() {
        return new RuntimeLoad(
                startedAtMillis,
                System.currentTimeMillis(),
                ready(),
                draining,
                models.values().stream().anyMatch(HostedModel::emulated),
                Optional.empty(),
                models.values().stream().map(HostedModel::load).toList());
    }

    private String notServed(String model) {
        return "model: " + model + " (expected: one of the served " + models.keySet() + ")";
    }
}
