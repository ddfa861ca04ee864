package dev.kilter.runtime.model;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.Urgency;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.batch.ModelStatistics;
import dev.kilter.runtime.batch.Offer;
import dev.kilter.runtime.batch.PendingRequest;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.InferenceOutcome.Refused;
import dev.kilter.runtime.serving.ModelServer.OperatingPointOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.ServedModel.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One version of a served model through its life, from loading to unloaded, and the one place where its requests are
 * admitted. It is loaded once: to load it again is another life. Thread-safe.
 */
final class HostedModel {

    private static final Duration RETRY_LOADING = Duration.ofSeconds(1);
    private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final long DEADLINE_WITHOUT_OBJECTIVE_NANOS = 60_000_000_000L;

    private final ModelVersion served;
    private final RuntimeConfig.Model config;
    private final Host host;
    private final RuntimeMetrics metrics;
    private final LongSupplier clock;
    private final long patienceNanos;
    private final OperatingPoints points;
    private final ModelStatistics statistics;
    private volatile State state = new State.Loading("waiting for its turn");
    private volatile Optional<Serving> serving = Optional.empty();
    /** Who takes over from this one once it leaves. */
    private volatile Function<InferenceCall, Optional<HostedModel>> successor = _ -> Optional.empty();

    HostedModel(ModelVersion served, Host host, ModelStatistics statistics) {
        this.served = served;
        this.config = served.config();
        this.host = host;
        this.metrics = host.metrics();
        this.clock = host.clock();
        this.statistics = statistics;
        this.patienceNanos =
                config.sloMillis().map(slo -> Math.round(slo * 1e6)).orElse(DEADLINE_WITHOUT_OBJECTIVE_NANOS);
        this.points = new OperatingPoints(config);
    }

    String name() {
        return config.name();
    }

    String version() {
        return served.number();
    }

    /** Fetches, loads and warms up every variant; blocks. Leaves the model ready, or failed with the reason. */
    @SuppressWarnings("CatchingUnchecked") // whatever it is, the model's state tells
    void load() throws ModelLoadException, InterruptedException {
        List<ResidentVariant> resident = new ArrayList<>();
        try {
            if (served.fault().isPresent()) {
                throw new ModelLoadException(
                        "model " + name() + ": " + served.fault().get(), null);
            }
            loadInto(resident);
            prepare(resident);
            state = new State.Ready();
        } catch (ModelLoadException e) {
            state = new State.Failed(e.getMessage());
            throw e;
        } catch (RuntimeException | Error e) {
            state = new State.Failed("loading broke: " + e);
            throw e;
        } finally {
            if (serving.isEmpty()) {
                resident.forEach(variant -> variant.instances().forEach(LoadedModel::close));
            }
        }
    }

    private void loadInto(List<ResidentVariant> resident) throws ModelLoadException, InterruptedException {
        for (RuntimeConfig.Variant variant : config.variants()) {
            resident.add(host.loader()
                    .load(
                            config,
                            variant,
                            host.engine(),
                            progress -> state = new State.Loading("variant " + variant.name() + ": " + progress)));
            requireSameContract(resident.getFirst(), resident.getLast());
        }
    }

    /**
     * Warms the engines up and rehearses the way to them, at once where there are cores for both: the former is native
     * code and what it takes is the first that the curve learns.
     */
    private void prepare(List<ResidentVariant> resident) throws ModelLoadException, InterruptedException {
        state = new State.Loading("warming up");
        Thread rehearsal = ApartModel.rehearsing(host, config, active(resident));
        if (Runtime.getRuntime().availableProcessors() == 1) {
            rehearsal.join();
        }
        serving = Optional.of(warmedUp(resident));
        rehearsal.join();
    }

    private ResidentVariant active(List<ResidentVariant> resident) {
        return resident.stream()
                .filter(variant -> variant.name().equals(config.activeVariant()))
                .findFirst()
                .orElseThrow();
    }

    private Serving warmedUp(List<ResidentVariant> resident) throws ModelLoadException {
        try {
            return new Serving(
                    name(),
                    version(),
                    resident,
                    config.maxBatchSize(),
                    points,
                    host.policies(),
                    statistics,
                    metrics.listener(name()),
                    clock);
        } catch (EngineException e) {
            throw new ModelLoadException("model " + name() + ": warm-up failed: " + e.getMessage(), e);
        }
    }

    /** The process leaves: this one still answers, but is not ready any more. */
    void draining() {
        if (state instanceof State.Loading || state instanceof State.Ready) {
            state = new State.Draining();
        }
    }

    /** From now on another one answers: this one takes nothing more in. */
    void leave(Function<InferenceCall, Optional<HostedModel>> to) {
        successor = to;
        if (serving.isPresent()) {
            state = new State.Unloading();
        }
    }

    /** Whether what is asked of it now would reach an engine. */
    boolean answers() {
        return serving.isPresent() && !(state instanceof State.Unloading) && !stuck();
    }

    boolean ready() {
        return state() instanceof State.Ready;
    }

    /** Whether a restart would help: an engine hangs, or fails whatever it is given. */
    boolean stuck() {
        return trouble().isPresent();
    }

    private Optional<String> trouble() {
        return serving.flatMap(Serving::trouble);
    }

    private State state() {
        return trouble().<State>map(State.Failed::new).orElse(state);
    }

    /** The admission point: every refusal of this model is decided here. Who is answered has been counted. */
    CompletionStage<InferenceOutcome> infer(InferenceCall call) {
        statistics.received();
        CompletableFuture<InferenceOutcome> answer = new CompletableFuture<>();
        CompletionStage<InferenceOutcome> counted = answer.thenApply(outcome -> {
            statistics.answered(outcome, clock.getAsLong() - call.arrivalNanos());
            metrics.answered(name(), outcome);
            return outcome;
        });
        admit(call, answer).ifPresent(answer::complete);
        return counted;
    }

    private Optional<InferenceOutcome> admit(InferenceCall call, CompletableFuture<InferenceOutcome> answer) {
        Optional<Serving> loaded = serving;
        if (loaded.isEmpty() || stuck()) {
            return passOn(call, answer);
        }
        Serving at = loaded.get();
        return switch (InputCheck.of(call, at.model(), config.maxBatchSize())) {
            case InputCheck.Faulty faulty ->
                Optional.of(new InferenceOutcome.Invalid("model " + name() + ": " + faulty.message()));
            case InputCheck.Fits fits -> enqueue(call, answer, fits, at);
        };
    }

    private Optional<InferenceOutcome> enqueue(
            InferenceCall call, CompletableFuture<InferenceOutcome> answer, InputCheck.Fits fits, Serving at) {
        long now = clock.getAsLong();
        // A caller's own patience runs from the first byte. The objective, which nobody asked for, runs from when the
        // request is here whole: who sends slowly, or meets a process that reads its first, is not refused for it.
        long deadline = call.deadlineNanos().orElse(now + patienceNanos);
        if (now - deadline >= 0) {
            return Optional.of(
                    refused(Refused.Reason.DEADLINE_UNREACHABLE, "the deadline passed before the request was here", 0));
        }
        long urgency = Urgency.dueNanos(deadline, call.priority(), patienceNanos);
        PendingRequest request =
                new PendingRequest(call, fits.inputs(), fits.items(), fits.batchKey(), deadline, urgency, answer);
        return switch (at.queue().offer(request, now)) {
            case Offer.Accepted _ -> Optional.empty();
            case Offer.Late late ->
                Optional.of(refused(
                        Refused.Reason.DEADLINE_UNREACHABLE,
                        "an answer takes about " + late.answerNanos() / 1_000_000
                                + " ms now, longer than the deadline allows",
                        late.lateNanos()));
            case Offer.Full full ->
                Optional.of(refused(
                        Refused.Reason.QUEUE_FULL,
                        "the queue is full (" + full.waiting() + " requests)",
                        full.answerNanos()));
            case Offer.Closed _ -> passOn(call, answer);
        };
    }

    /** It came just when this one left; else there is nobody to pass it on to. */
    private Optional<InferenceOutcome> passOn(InferenceCall call, CompletableFuture<InferenceOutcome> answer) {
        Optional<HostedModel> next = successor.apply(call).filter(HostedModel::answers);
        return next.isPresent() ? next.get().admit(call, answer) : Optional.of(unavailable());
    }

    private Refused refused(Refused.Reason reason, String why, long untilBetterNanos) {
        Duration retryAfter = Duration.ofNanos(untilBetterNanos);
        return new Refused(
                reason,
                "model " + name() + ": " + why,
                retryAfter.compareTo(LONGEST_RETRY) < 0 ? retryAfter : LONGEST_RETRY);
    }

    private InferenceOutcome.Unavailable unavailable() {
        return switch (state()) {
            case State.Loading loading ->
                new InferenceOutcome.Unavailable(
                        "model " + name() + " is loading: " + loading.progress(), RETRY_LOADING);
            case State.Failed failed ->
                new InferenceOutcome.Unavailable("model " + name() + " failed: " + failed.reason(), RETRY_ELSEWHERE);
            case State.Unloading _ ->
                new InferenceOutcome.Unavailable("model " + name() + " is being unloaded", RETRY_ELSEWHERE);
            case State.Unloaded unloaded ->
                new InferenceOutcome.Unavailable("model " + name() + ": " + unloaded.reason(), RETRY_ELSEWHERE);
            case State.Ready(), State.Draining() ->
                new InferenceOutcome.Unavailable("model " + name() + ": this server is stopping", RETRY_LOADING);
        };
    }

    OperatingPointOutcome update(OperatingPointUpdate update) {
        return points.update(update, clock.getAsLong());
    }

    /** Answers what nobody needs to wait for any more. Called every {@link Serving#TICK}. */
    void lookAfter() {
        serving.ifPresent(at -> at.lookAfter(clock.getAsLong(), _ -> unavailable()));
    }

    /** Takes nothing more in, finishes what is queued for at most that long, frees the engines; blocks. */
    synchronized void close(Duration patience) throws InterruptedException {
        if (serving.isPresent()) {
            Serving at = serving.get();
            at.close(patience);
            at.queue().abandon(unavailable());
            serving = Optional.empty();
        }
        if (state instanceof State.Unloading) {
            state = new State.Unloaded("unloaded");
        }
    }

    boolean emulated() {
        return serving.map(Serving::emulated).orElse(false);
    }

    /** @param versions of the model that can be asked for, this one or not */
    ServedModel describe(List<String> versions) {
        Optional<Signature> signature = serving.map(Serving::signature);
        OperatingPoint point = points.at(clock.getAsLong());
        return new ServedModel(
                name(),
                version(),
                versions,
                platform(point.variant()),
                config.task(),
                signature.map(Signature::inputs).orElse(List.of()),
                signature.map(Signature::outputs).orElse(List.of()),
                signature.map(Signature::batchable).orElse(true) ? point.maxBatchSize() : 1,
                state(),
                new ServedModel.Setup(
                        served.policy(),
                        host.engine().provider(),
                        host.engine().instances(),
                        point.maxDelay().map(Duration::toNanos).map(nanos -> nanos / 1000)),
                statistics::statistics);
    }

    private String platform(String variant) {
        return serving.map(at -> at.variant(variant).instances().getFirst().platform())
                .orElse("");
    }

    RuntimeLoad.Model report() {
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
                counts.degraded(),
                counts.refused(),
                counts.failed(),
                counts.batches(),
                counts.items(),
                counts.busyNanos() / 1e9,
                serving.map(at -> at.curve(point.variant()).points()).orElse(List.of()).stream()
                        .map(HostedModel::inMillis)
                        .toList());
    }

    private static RuntimeLoad.CurvePoint inMillis(ServiceCurve.Point point) {
        return new RuntimeLoad.CurvePoint(
                point.batchSize(), point.meanSeconds() * 1e3, point.p99Seconds() * 1e3, point.samples());
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
