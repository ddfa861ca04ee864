package dev.kilter.runtime.model;

import static dev.kilter.runtime.model.Calls.STAYS;
import static dev.kilter.runtime.model.Calls.outcome;
import static dev.kilter.runtime.model.Calls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.InferenceOutcome.Answered;
import dev.kilter.runtime.serving.ModelServer.ControlOutcome;
import dev.kilter.runtime.serving.RepositoryEntry;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.ServedModel.State;
import dev.kilter.runtime.serving.VersionPolicy;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models that come and go while others are served. */
@Timeout(60)
class ModelLifeTest {

    private static final Signature ECHO = new Signature(
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 2))),
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 2))));

    private final Map<String, List<String>> repository = new ConcurrentSkipListMap<>();
    private final AtomicInteger inMemory = new AtomicInteger();
    /** A version named {@code 13} comes to its engine and stays there until it is let go. */
    private final CountDownLatch entered = new CountDownLatch(1);

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final Semaphore brokenLoads = new Semaphore(0);
    private HostedModels models;

    private final class Echo extends FakeModel {
        private final boolean stays;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Echo(boolean stays) {
            super(ECHO);
            this.stays = stays;
            inMemory.incrementAndGet();
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            assertThat(open).as("runs only while it is in memory").isTrue();
            if (stays && value(inputs.getFirst()) == 13) {
                entered.countDown();
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return inputs;
        }

        @Override
        public void close() {
            assertThat(open.getAndSet(false)).as("closed once").isTrue();
            inMemory.decrementAndGet();
        }
    }

    private final class Folder implements ModelRepository {
        @Override
        public List<String> names() {
            return List.copyOf(repository.keySet());
        }

        @Override
        public List<ModelVersion> find(String name) {
            return repository.getOrDefault(name, List.of()).stream()
                    .map(version ->
                            new ModelVersion(version, config(name), VersionPolicy.Latest.NEWEST, Optional.empty()))
                    .toList();
        }
    }

    private static RuntimeConfig.Model config(String name) {
        RuntimeConfig.Variant variant = new RuntimeConfig.Variant("a", "fake:", Optional.empty(), "fp32");
        return new RuntimeConfig.Model(
                name, "tensor", List.of(variant), "a", 1, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private void serve(boolean control, String... atStart) throws Exception {
        VariantLoader loader = (model, _, _, _) -> {
            if (model.name().equals("broken") || brokenLoads.tryAcquire()) {
                throw new ModelLoadException("model " + model.name() + ": no such file", null);
            }
            return new ResidentVariant("a", "sha256:none", 0, List.of(new Echo(true)));
        };
        Hosting hosting =
                new Hosting(new Folder(), new RuntimeConfig.Engine("CPU", 1, 1), List.of(atStart), false, control);
        models = new HostedModels(hosting, loader, GreedyBatchPolicy::new, new CollectorRegistry(), Rehearsal.NONE);
        models.loadAll();
    }

    @AfterEach
    void close() throws InterruptedException {
        letGo.countDown();
        models.close(Duration.ofSeconds(5));
        assertThat(inMemory).as("models in memory at the end").hasValue(0);
    }

    private static float value(Tensor tensor) {
        return Calls.floats(tensor)[0];
    }

    private CompletionStage<InferenceOutcome> infer(String model, Optional<String> version, float value) {
        return models.infer(new InferenceCall(
                model,
                version,
                "test",
                List.of(rows("input", 1, 2, value)),
                List.of(),
                System.nanoTime(),
                OptionalLong.empty(),
                STAYS));
    }

    private String answeredBy(String model, String... version) throws Exception {
        return ((Answered) outcome(infer(model, Arrays.stream(version).findFirst(), 1))).version();
    }

    private ControlOutcome load(String model) throws Exception {
        return models.load(model).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private ControlOutcome unload(String model) throws Exception {
        return models.unload(model).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private List<String> index() {
        return models.index().stream().map(ModelLifeTest::line).toList();
    }

    private static String line(RepositoryEntry entry) {
        String what = entry.name() + entry.version().map(v -> "/" + v).orElse("");
        return what
                + switch (entry.state()) {
                    case State.Ready _ -> " ready";
                    case State.Loading _ -> " loading";
                    case State.Failed failed -> " failed: " + failed.reason();
                    case State.Draining _ -> " draining";
                    case State.Unloading _ -> " unloading";
                    case State.Unloaded unloaded -> " " + unloaded.reason();
                };
    }

    @Test
    void theNewestVersionAnswersWhoAsksForNoneAndEachAnswersByItsNumber() throws Exception {
        repository.put("m", List.of("2", "10"));
        serve(false, "m");
        assertThat(answeredBy("m")).isEqualTo("10");
        assertThat(answeredBy("m", "2")).isEqualTo("2");
        assertThat(outcome(infer("m", Optional.of("3"), 1)))
                .isEqualTo(new InferenceOutcome.NotFound("model m: version 3 (expected: one of [2, 10], or none)"));
        ServedModel newest = models.model("m").orElseThrow();
        assertThat(newest.version()).isEqualTo("10");
        assertThat(newest.versions()).containsExactly("2", "10");
        assertThat(models.versions("m"))
                .extracting(each -> each.statistics().get().success().count())
                .containsExactly(1L, 1L);
        assertThat(models.load().models())
                .singleElement()
                .satisfies(load -> assertThat(load.answered()).isEqualTo(2));
    }

    @Test
    void aNewVersionTakesOverBeforeTheOldOneGoesAndWhatWasAdmittedIsAnsweredByTheOldOne() throws Exception {
        repository.put("m", List.of("1"));
        serve(true, "m");
        CompletionStage<InferenceOutcome> running = infer("m", Optional.empty(), 13);
        entered.await();
        CompletionStage<InferenceOutcome> waiting = infer("m", Optional.empty(), 1);
        repository.put("m", List.of("2"));
        CompletionStage<ControlOutcome> loaded = models.load("m");
        awaitState("m/2 ready");
        awaitState("m/1 unloading");
        assertThat(answeredBy("m")).isEqualTo("2");
        assertThat(models.ready()).isTrue();
        assertThat(loaded.toCompletableFuture()).isNotDone();
        letGo.countDown();
        assertThat(((Answered) outcome(running)).version()).isEqualTo("1");
        assertThat(((Answered) outcome(waiting)).version()).isEqualTo("1");
        assertThat(loaded.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(new ControlOutcome.Done());
        assertThat(index()).containsExactly("m/1 unloaded", "m/2 ready");
        assertThat(models.model("m").orElseThrow().versions()).containsExactly("2");
        assertThat(inMemory).hasValue(1);
    }

    private void awaitState(String line) {
        while (!index().contains(line)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anUnloadAnswersWhatWasAdmittedAndFreesTheMemory() throws Exception {
        repository.put("m", List.of("1"));
        repository.put("other", List.of("1"));
        serve(true, "m", "other");
        CompletionStage<InferenceOutcome> running = infer("m", Optional.empty(), 13);
        entered.await();
        CompletionStage<InferenceOutcome> waiting = infer("m", Optional.of("1"), 1);
        CompletionStage<ControlOutcome> unloaded = models.unload("m");
        awaitState("m/1 unloading");
        assertThat(answeredBy("other")).isEqualTo("1");
        letGo.countDown();
        assertThat(unloaded.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(new ControlOutcome.Done());
        assertThat(outcome(running)).isInstanceOf(Answered.class);
        assertThat(outcome(waiting)).isInstanceOf(Answered.class);
        assertThat(inMemory).hasValue(1);
        assertThat(outcome(infer("m", Optional.empty(), 1)))
                .isInstanceOfSatisfying(
                        InferenceOutcome.Unavailable.class,
                        told -> assertThat(told.message()).isEqualTo("model m: unloaded"));
        assertThat(models.ready()).as("without what nobody wants any more").isTrue();
        assertThat(load("m")).isEqualTo(new ControlOutcome.Done());
        assertThat(answeredBy("m")).isEqualTo("1");
        assertThat(models.model("m").orElseThrow().statistics().get().success().count())
                .as("since the start of the process")
                .isEqualTo(3);
    }

    @Test
    void aModelOfTheStartThatCannotBeLoadedTellsWhyAndTheOthersAreServed() throws Exception {
        repository.put("broken", List.of("1"));
        repository.put("m", List.of("1"));
        serve(false, "broken", "m");
        assertThat(index()).containsExactly("broken/1 failed: model broken: no such file", "m/1 ready");
        assertThat(models.ready()).isFalse();
        assertThat(models.live()).isTrue();
        assertThat(answeredBy("m")).isEqualTo("1");
        assertThat(outcome(infer("broken", Optional.empty(), 1)))
                .isInstanceOfSatisfying(
                        InferenceOutcome.Unavailable.class,
                        told -> assertThat(told.message()).contains("no such file"));
    }

    @Test
    void aLoadOnRequestThatFailsDisturbsNobody() throws Exception {
        repository.put("m", List.of("1"));
        serve(true, "m");
        repository.put("broken", List.of("1"));
        assertThat(index()).containsExactly("m/1 ready", "broken not loaded");
        assertThat(load("broken")).isEqualTo(new ControlOutcome.Failed("model broken: no such file"));
        assertThat(index()).containsExactly("m/1 ready", "broken/1 failed: model broken: no such file");
        assertThat(models.ready()).isTrue();
        brokenLoads.release();
        assertThat(load("m")).isEqualTo(new ControlOutcome.Failed("model m: no such file"));
        assertThat(answeredBy("m")).as("by what was there before").isEqualTo("1");
        repository.put("m", List.of("1", "2"));
        brokenLoads.release(); // for version 1, which is there already
        assertThat(load("m")).isInstanceOf(ControlOutcome.Failed.class);
        assertThat(index()).contains("m/1 ready", "m/2 ready");
    }

    @Test
    void nobodyIsTurnedAwayWhileAModelIsLoadedAnewAgainAndAgain() throws Exception {
        repository.put("m", List.of("1"));
        serve(true, "m");
        AtomicBoolean done = new AtomicBoolean();
        List<InferenceOutcome> others = new ArrayList<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                InferenceOutcome told =
                        infer("m", Optional.empty(), 1).toCompletableFuture().join();
                if (!(told instanceof Answered)) {
                    others.add(told);
                }
            }
        });
        for (int version = 1; version <= 30; version++) {
            repository.put("m", List.of(Integer.toString(1 + version / 2))); // the same, then the next
            assertThat(load("m")).isEqualTo(new ControlOutcome.Done());
        }
        done.set(true);
        caller.join();
        assertThat(others).isEmpty();
        assertThat(inMemory).hasValue(1);
    }

    @Test
    void aWishThatCannotBeGrantedIsToldWhy() throws Exception {
        repository.put("m", List.of("1"));
        serve(true, "m");
        assertThat(load("nope"))
                .isEqualTo(new ControlOutcome.NotFound("model: nope (expected: one of the repository's [m])"));
        assertThat(unload("nope"))
                .isEqualTo(new ControlOutcome.NotFound("model: nope (expected: one of the loaded [m])"));
        models.drain();
        assertThat(load("m")).isEqualTo(new ControlOutcome.Unavailable("this server is stopping"));
        assertThat(answeredBy("m")).as("while it drains").isEqualTo("1");
    }

    @Test
    void withoutTheSwitchNothingIsLoadedOrUnloadedOnRequest() throws Exception {
        repository.put("m", List.of("1"));
        serve(false, "m");
        assertThat(load("m"))
                .isInstanceOfSatisfying(
                        ControlOutcome.Off.class,
                        off -> assertThat(off.message()).contains("--model-control explicit"));
        assertThat(unload("m")).isInstanceOf(ControlOutcome.Off.class);
        assertThat(answeredBy("m")).isEqualTo("1");
    }
}
