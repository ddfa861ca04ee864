package dev.kilter.runtime.model;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.batch.BatchQueue;
import dev.kilter.runtime.batch.ModelStatistics;
import dev.kilter.runtime.batch.PendingRequest;
import dev.kilter.runtime.batch.ServedVersion;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer.OperatingPointOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.ServedModel.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** One served model through its life, and the one place where its requests are admitted. Thread-safe. */
final class HostedModel {

    private static final Duration RETRY_LOADING = Duration.ofSeconds(1);
    private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(10);
    /** Without a deadline of the caller's own: past this many objectives nobody is thought to wait any more. */
    private static final double OBJECTIVES_UNTIL_DEADLINE = 4;

    private static final long SHORTEST_DEADLINE_NANOS = 1_000_000_000L;
    private static final long DEADLINE_WITHOUT_OBJECTIVE_NANOS = 60_000_000_000L;

    private final RuntimeConfig.Model config;
    private final BatchPolicy policy;
    private final RuntimeMetrics metrics;
    private final LongSupplier clock;
    private final OperatingPoints points;
    private final ModelStatistics statistics = new ModelStatistics();
    private volatile State state = new State.Loading("waiting for its turn");
    private volatile Optional<Serving> serving = Optional.empty();

    HostedModel(RuntimeConfig.Model config, BatchPolicy policy, RuntimeMetrics metrics, LongSupplier clock) {
        this.config = config;
        this.policy = policy;
        this.metrics = metrics;
        this.clock = clock;
        this.points = new OperatingPoints(config);
    }

    String name() {
        return config.name();
    }

    /** Fetches, loads and warms up every variant; blocks. Leaves the model ready. */
    void load(VariantLoader loader, RuntimeConfig.Engine engine) throws ModelLoadException, InterruptedException {
        List<ResidentVariant> resident = new ArrayList<>();
        for (RuntimeConfig.Variant variant : config.variants()) {
            ResidentVariant loaded = loader.load(
                    config,
                    variant,
                    engine,
                    progress -> state = new State.Loading("variant " + variant.name() + ": " + progress));
            resident.add(loaded);
            requireSameContract(resident.getFirst(), loaded);
        }
        state = new State.Loading("warming up");
        try {
            serving = Optional.of(new Serving(
                    name(),
                    resident,
                    config.maxBatchSize(),
                    points,
                    policy,
                    statistics,
                    metrics.listener(name()),
                    clock));
        } catch (EngineException e) {
            throw new ModelLoadException("model " + name() + ": warm-up failed: " + e.getMessage(), e);
        }
        state = new State.Ready();
    }

    void failed(String reason) {
        state = new State.Failed(reason);
    }

    void draining() {
        state = new State.Draining();
    }

    boolean ready() {
        return state instanceof State.Ready;
    }

    /** The admission point: every refusal of this model is decided here. */
    CompletionStage<InferenceOutcome> infer(InferenceCall call) {
        statistics.received();
        CompletableFuture<InferenceOutcome> answer = new CompletableFuture<>();
        answer.thenAccept(outcome -> {
            statistics.answered(outcome, clock.getAsLong() - call.arrivalNanos());
            metrics.answered(name(), outcome);
        });
        admit(call, answer).ifPresent(answer::complete);
        return answer;
    }

    private Optional<InferenceOutcome> admit(InferenceCall call, CompletableFuture<InferenceOutcome> answer) {
        if (call.version().isPresent() && !call.version().get().equals(ServedVersion.ONLY)) {
            return Optional.of(new InferenceOutcome.NotFound("model " + name() + ": version "
                    + call.version().get() + " (expected: " + ServedVersion.ONLY + ")"));
        }
        if (serving.isEmpty()) {
            return Optional.of(unavailable());
        }
        Serving at = serving.get();
        return switch (InputCheck.of(call, at.signature(), config.maxBatchSize())) {
            case InputCheck.Faulty faulty ->
                Optional.of(new InferenceOutcome.Invalid("model " + name() + ": " + faulty.message()));
            case InputCheck.Fits fits -> enqueue(call, answer, fits, at);
        };
    }

    private Optional<InferenceOutcome> enqueue(
            InferenceCall call, CompletableFuture<InferenceOutcome> answer, InputCheck.Fits fits, Serving at) {
        long deadline = call.deadlineNanos().orElse(call.arrivalNanos() + patienceNanos());
        long expected = expectedNanos(at, fits.items());
        // With nothing waiting it is let in whatever the estimate: only a run can correct one that is too high.
        long ahead = at.queue().requests() > 0 ? expected : 0;
        if (clock.getAsLong() + ahead - deadline > 0) {
            return Optional.of(new InferenceOutcome.Refused(
                    InferenceOutcome.Refused.Reason.DEADLINE_UNREACHABLE,
                    "model " + name() + ": an answer takes about " + expected / 1_000_000
                            + " ms now, longer than the deadline allows",
                    retryAfter(expected)));
        }
        PendingRequest request =
                new PendingRequest(call, fits.inputs(), fits.items(), fits.batchKey(), deadline, answer);
        return switch (at.queue().offer(request)) {
            case BatchQueue.Offer.ACCEPTED -> Optional.empty();
            case BatchQueue.Offer.FULL ->
                Optional.of(new InferenceOutcome.Refused(
                        InferenceOutcome.Refused.Reason.QUEUE_FULL,
                        "model " + name() + ": the queue is full (" + at.queue().requests() + " requests)",
                        retryAfter(expected)));
            case BatchQueue.Offer.CLOSED -> Optional.of(unavailable());
        };
    }

    /** How long until an answer, if it came in now: the batches ahead and its own, by what was learnt. */
    private long expectedNanos(Serving at, int items) {
        OperatingPoint point = points.at(clock.getAsLong());
        OptionalDouble own = at.curve(point.variant()).meanSeconds(items);
        OptionalDouble full = at.curve(point.variant()).meanSeconds(point.maxBatchSize());
        if (own.isEmpty() || full.isEmpty()) {
            return 0;
        }
        double batchesAhead = (double) at.queue().items() / point.maxBatchSize() / at.engines();
        return Math.round((batchesAhead * full.getAsDouble() + own.getAsDouble()) * 1e9);
    }

    private long patienceNanos() {
        return config.sloMillis()
                .map(slo -> Math.max(SHORTEST_DEADLINE_NANOS, Math.round(slo * 1e6 * OBJECTIVES_UNTIL_DEADLINE)))
                .orElse(DEADLINE_WITHOUT_OBJECTIVE_NANOS);
    }

    private static Duration retryAfter(long expectedNanos) {
        return Duration.ofSeconds(Math.clamp(expectedNanos / 1_000_000_000L, 1, 30));
    }

    private InferenceOutcome.Unavailable unavailable() {
        return switch (state) {
            case State.Loading loading ->
                new InferenceOutcome.Unavailable(
                        "model " + name() + " is loading: " + loading.progress(), RETRY_LOADING);
            case State.Failed failed ->
                new InferenceOutcome.Unavailable(
                        "model " + name() + " failed to load: " + failed.reason(), RETRY_ELSEWHERE);
            case State.Ready(), State.Draining() ->
                new InferenceOutcome.Unavailable("model " + name() + ": this server is stopping", RETRY_LOADING);
        };
    }

    OperatingPointOutcome update(OperatingPointUpdate update) {
        return points.update(update, clock.getAsLong());
    }

    /** Answers what expired or was cancelled while every engine was busy. */
    void sweep() {
        serving.ifPresent(at -> at.queue().sweep());
    }

    void close(Duration patience) throws InterruptedException {
        if (serving.isPresent()) {
            serving.get().close(patience);
        }
    }

    boolean emulated() {
        return serving.map(Serving::emulated).orElse(false);
    }

    ServedModel describe() {
        Optional<Signature> signature = serving.map(Serving::signature);
        int batch = points.at(clock.getAsLong()).maxBatchSize();
        return new ServedModel(
                name(),
                List.of(ServedVersion.ONLY),
                platform(),
                config.task(),
                signature.map(Signature::inputs).orElse(List.of()),
                signature.map(Signature::outputs).orElse(List.of()),
                signature.map(Signature::batchable).orElse(true) ? batch : 1,
                state,
                statistics::statistics);
    }

    private String platform() {
        String variant = points.at(clock.getAsLong()).variant();
        return serving.map(at -> at.variant(variant).instances().getFirst().platform())
                .orElse("");
    }

    RuntimeLoad.Model load() {
        RuntimeLoad.OperatingPointState point = points.state(clock.getAsLong());
        ModelStatistics.Counts counts = statistics.counts();
        return new RuntimeLoad.Model(
                name(),
                point.variant(),
                serving.map(at -> at.variant(point.variant()).digest()).orElse(""),
                point,
                serving.map(at -> at.queue().requests()).orElse(0),
                counts.running(),
                counts.received(),
                counts.answered(),
                counts.refused(),
                counts.failed(),
                counts.batches(),
                counts.items(),
                counts.busyNanos() / 1e9,
                serving.map(at -> at.curve(point.variant()).points()).orElse(List.of()));
    }

    private void requireSameContract(ResidentVariant reference, ResidentVariant variant) throws ModelLoadException {
        if (!reference.signature().equals(variant.signature())) {
            throw new ModelLoadException(
                    "model " + name() + ": variant " + variant.name() + " has " + variant.signature() + " (expected: "
                            + reference.signature() + " as in " + reference.name()
                            + "); variants of one model keep one contract",
                    null);
        }
    }
}
