package dev.kilter.runtime.model;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.memory.MemoryWatch;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.serving.RepositoryEntry;
import dev.kilter.runtime.serving.ServedModel;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * All models of this process. In order: construct, put a server in front, {@link #loadAll()}, …, {@link #drain()}, take
 * the server away, {@link #close(Duration)}.
 */
public final class HostedModels implements ModelServer {

    private static final CompletionStage<ControlOutcome> LEAVING =
            CompletableFuture.completedStage(new ControlOutcome.Unavailable("this server is stopping"));

    private final ModelTable table;
    private final long startedAtMillis = System.currentTimeMillis();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("queue-sweeper").factory());
    private final MemoryWatch memory;
    private volatile Consumer<String> whenExhausted = _ -> {};
    private volatile boolean draining;

    /**
     * The models of a configuration, none of which is loaded or unloaded on request.
     *
     * @param config without faults by {@link ConfigCheck}
     * @param policies makes the policy of each line of requests that may share a batch
     */
    public HostedModels(
            RuntimeConfig config, VariantLoader loader, Supplier<BatchPolicy> policies, CollectorRegistry registry) {
        this(Hosting.of(config, false), loader, policies, registry, Rehearsal.NONE);
    }

    /**
     * What that hosting says.
     *
     * @param policies makes the policy of each line of requests that may share a batch
     * @param rehearsal what a model goes through before it is ready
     */
    public HostedModels(
            Hosting hosting,
            VariantLoader loader,
            Supplier<BatchPolicy> policies,
            CollectorRegistry registry,
            Rehearsal rehearsal) {
        this(hosting, loader, policies, registry, rehearsal, MemoryWatch.ofProcess(registry));
    }

    HostedModels(
            Hosting hosting,
            VariantLoader loader,
            Supplier<BatchPolicy> policies,
            CollectorRegistry registry,
            Rehearsal rehearsal,
            MemoryWatch memory) {
        this.memory = memory;
        RuntimeMetrics metrics = new RuntimeMetrics(this, registry);
        table = new ModelTable(
                hosting, new Host(loader, hosting.engine(), policies, metrics, System::nanoTime, rehearsal));
        sweeper.scheduleWithFixedDelay(
                this::lookAfter, Serving.TICK.toNanos(), Serving.TICK.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void lookAfter() {
        hosted().forEach(HostedVersions::lookAfter);
        if (memory.exhaustion().isEmpty()) {
            memory.look(this::requestsRun);
            memory.exhaustion().ifPresent(whenExhausted);
        }
    }

    private Map<String, Long> requestsRun() {
        return hosted().stream()
                .map(HostedVersions::report)
                .collect(Collectors.toMap(RuntimeLoad.Model::name, model -> model.answered() + model.failed()));
    }

    /**
     * What to do once a leak has come near the memory's limit: this server is not ready and not live then, still
     * answers, and ends better soon than in the middle of a request.
     *
     * @param leave is told why, a sentence; returns at once
     */
    public void whenExhausted(Consumer<String> leave) {
        whenExhausted = leave;
    }

    private Collection<HostedVersions> hosted() {
        return table.models().values();
    }

    /**
     * Loads every model of the start, one after another; blocks until each is ready or has failed.
     *
     * @throws ModelLoadException at the first that cannot be loaded, where all are needed; its state tells why
     * @throws InterruptedException if the thread is interrupted
     */
    public void loadAll() throws ModelLoadException, InterruptedException {
        table.loadAll();
    }

    /** Not ready any more, but still answering, until the gateways have let go. */
    public void drain() {
        draining = true;
        hosted().forEach(HostedVersions::draining);
    }

    /** Takes nothing more in, finishes what is queued, each model for at most that long, and frees the engines. */
    public void close(Duration patience) throws InterruptedException {
        table.close();
        sweeper.shutdownNow();
        for (HostedVersions model : hosted()) {
            model.close(patience);
        }
    }

    @Override
    public CompletionStage<InferenceOutcome> infer(InferenceCall call) {
        HostedVersions model = table.models().get(call.model());
        return model == null
                ? CompletableFuture.completedStage(new InferenceOutcome.NotFound(notServed(call.model())))
                : model.infer(call);
    }

    @Override
    public boolean ready() {
        return !draining && memory.exhaustion().isEmpty() && table.ready();
    }

    @Override
    public boolean live() {
        return memory.exhaustion().isEmpty() && hosted().stream().noneMatch(HostedVersions::stuck);
    }

    @Override
    public Optional<ServedModel> model(String name) {
        return Optional.ofNullable(table.models().get(name)).map(HostedVersions::describe);
    }

    @Override
    public List<ServedModel> versions(String name) {
        HostedVersions model = table.models().get(name);
        return model == null ? List.of() : model.describeAll();
    }

    @Override
    public List<String> names() {
        return List.copyOf(table.models().keySet());
    }

    @Override
    public List<RepositoryEntry> index() {
        return table.index();
    }

    @Override
    public CompletionStage<ControlOutcome> load(String model) {
        return draining ? LEAVING : table.load(model);
    }

    @Override
    public CompletionStage<ControlOutcome> unload(String model) {
        return draining ? LEAVING : table.unload(model);
    }

    @Override
    public OperatingPointOutcome update(String model, OperatingPointUpdate update) {
        HostedVersions hosted = table.models().get(model);
        return hosted == null ? new OperatingPointOutcome.NotFound(notServed(model)) : hosted.update(update);
    }

    @Override
    public RuntimeLoad load() {
        return new RuntimeLoad(
                startedAtMillis,
                System.currentTimeMillis(),
                ready(),
                draining,
                hosted().stream().anyMatch(HostedVersions::emulated),
                memory.report(),
                hosted().stream().map(HostedVersions::report).toList());
    }

    private String notServed(String model) {
        return "model: " + model + " (expected: one of the served " + names() + ")";
    }
}
