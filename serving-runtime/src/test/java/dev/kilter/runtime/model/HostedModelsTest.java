package dev.kilter.runtime.model;

import static dev.kilter.runtime.model.Calls.call;
import static dev.kilter.runtime.model.Calls.floats;
import static dev.kilter.runtime.model.Calls.outcome;
import static dev.kilter.runtime.model.Calls.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.engine.EmulatedEngine;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.InferenceOutcome.Answered;
import dev.kilter.runtime.serving.InferenceOutcome.Refused;
import dev.kilter.runtime.serving.ModelServer.OperatingPointOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostedModelsTest {

    private static final String FAST = "emulated:?curve=1:1ms,8:2ms";
    private static final String SLOW = "emulated:?curve=1:200ms,8:201ms";

    private final CollectorRegistry registry = new CollectorRegistry();
    private HostedModels models;

    private HostedModels loaded(String uri) throws Exception {
        models = unloaded(uri);
        models.loadAll();
        return models;
    }

    private HostedModels unloaded(String uri) {
        return unloaded(uri, new EmulatedEngine(false, RandomGenerator.getDefault()));
    }

    private HostedModels unloaded(String uri, Engine engine) {
        RuntimeConfig.Model model = new RuntimeConfig.Model(
                "m",
                "tensor",
                List.of(
                        new RuntimeConfig.Variant("a", uri, Optional.empty(), "fp32"),
                        new RuntimeConfig.Variant("b", uri, Optional.empty(), "int8")),
                "a",
                8,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        RuntimeConfig config = new RuntimeConfig(List.of(model), new RuntimeConfig.Engine("CPU", 1, 1));
        assertThat(ConfigCheck.faults(config)).isEmpty();
        models = new HostedModels(config, new EngineVariantLoader(engine), GreedyBatchPolicy::new, registry);
        return models;
    }

    @AfterEach
    void close() throws InterruptedException {
        if (models != null) {
            models.close(Duration.ofSeconds(5));
        }
    }

    @Test
    void refusesUntilLoadedAndAnswersAfterwards() throws Exception {
        unloaded(FAST);
        assertThat(models.ready()).isFalse();
        assertThat(outcome(models.infer(call("m", rows("input", 1, 3, 1)))))
                .isInstanceOfSatisfying(
                        InferenceOutcome.Unavailable.class,
                        u -> assertThat(u.message()).contains("model m is loading"));
        models.loadAll();
        assertThat(models.ready()).isTrue();
        Answered answered = (Answered) outcome(models.infer(call("m", rows("input", 2, 3, 7))));
        assertThat(answered.variant()).isEqualTo("a");
        assertThat(answered.version()).isEqualTo("1");
        assertThat(floats(answered.outputs().getFirst())).hasSize(6).containsOnly(7f);
    }

    /** Echoes; a batch that begins with {@link #LONG} as long as the test wants. */
    private static final class Held extends FakeModel {
        static final float LONG = 13;
        private static final List<TensorSpec> ROWS = List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 2)));

        private final CountDownLatch busy;
        private final CountDownLatch goOn;

        Held(CountDownLatch busy, CountDownLatch goOn) {
            super(new Signature(ROWS, ROWS));
            this.busy = busy;
            this.goOn = goOn;
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            if (floats(inputs.getFirst())[0] == LONG) {
                busy.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new EngineException("interrupted", e);
                }
            }
            return inputs;
        }
    }

    @Test
    void joinsWhatWaitsIntoOneBatchAndGivesEachItsOwnPart() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        unloaded("fake:held", (_, _) -> new Held(busy, goOn)).loadAll();
        List<CompletionStage<InferenceOutcome>> answers = new ArrayList<>();
        answers.add(models.infer(call("m", rows("input", 1, 2, Held.LONG)))); // keeps the engine busy meanwhile
        busy.await();
        for (int i = 1; i <= 3; i++) {
            answers.add(models.infer(call("m", rows("input", i, 2, i))));
        }
        goOn.countDown();
        for (int i = 1; i <= 3; i++) {
            Answered answered = (Answered) outcome(answers.get(i));
            assertThat(floats(answered.outputs().getFirst())).hasSize(2 * i).containsOnly(i);
        }
        assertThat(models.model("m").orElseThrow().statistics().get().batches())
                .extracting(ServedModel.Batch::batchSize)
                .containsExactly(1, 6);
    }

    @Test
    void neverJoinsRequestsOfDifferentShape() throws Exception {
        loaded("emulated:?curve=1:50ms,8:50ms");
        CompletionStage<InferenceOutcome> busy = models.infer(call("m", rows("input", 1, 2, 0)));
        CompletionStage<InferenceOutcome> wide = models.infer(call("m", rows("input", 1, 4, 4)));
        CompletionStage<InferenceOutcome> narrow = models.infer(call("m", rows("input", 1, 3, 3)));
        outcome(busy);
        assertThat(floats(((Answered) outcome(wide)).outputs().getFirst())).containsExactly(4, 4, 4, 4);
        assertThat(floats(((Answered) outcome(narrow)).outputs().getFirst())).containsExactly(3, 3, 3);
        assertThat(models.model("m").orElseThrow().statistics().get().executionCount())
                .isEqualTo(3);
    }

    @Test
    void tellsEveryFaultOfARequestAtOnce() throws Exception {
        loaded(FAST);
        InferenceOutcome outcome = outcome(
                models.infer(call("m", rows("imput", 1, 2, 0), rows("input", 1, 2, 0), rows("input", 1, 2, 0))));
        assertThat(outcome)
                .isEqualTo(new InferenceOutcome.Invalid("model m: inputs[imput]: unknown (expected: [input]); "
                        + "inputs[input]: twice (expected: once)"));
        assertThat(outcome(models.infer(call("m", rows("input", 9, 2, 0)))))
                .isInstanceOfSatisfying(
                        InferenceOutcome.Invalid.class,
                        i -> assertThat(i.message()).contains("inputs[input].shape[0]: 9 (expected: 1..8"));
        assertThat(outcome(models.infer(call("x", rows("input", 1, 2, 0)))))
                .isEqualTo(new InferenceOutcome.NotFound("model: x (expected: one of the served [m])"));
    }

    @Test
    void refusesWhatCannotMeetItsDeadline() throws Exception {
        loaded(SLOW);
        CompletionStage<InferenceOutcome> busy = models.infer(call("m", rows("input", 1, 2, 0)));
        while (models.load().models().getFirst().running() == 0) { // a free engine takes whatever is most urgent
            Thread.onSpinWait();
        }
        CompletionStage<InferenceOutcome> other = models.infer(call("m", rows("input", 1, 3, 0)));
        CompletionStage<InferenceOutcome> queued = models.infer(call("m", rows("input", 1, 4, 0)));
        InferenceOutcome refused =
                outcome(models.infer(Calls.within(call("m", rows("input", 1, 2, 0)), 20_000_000, Calls.STAYS)));
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.reason()).isEqualTo(Refused.Reason.DEADLINE_UNREACHABLE));
        assertThat(models.load().models().getFirst().refused()).isEqualTo(1);
        for (CompletionStage<InferenceOutcome> within : List.of(busy, other, queued)) {
            assertThat(outcome(within)).isInstanceOf(Answered.class);
        }
    }

    @Test
    void refusesByNoEstimateWhereNothingWaits() throws Exception {
        loaded(SLOW);
        InferenceOutcome outcome;
        do { // a machine that is busy may let the deadline pass before the engine can take it
            outcome = outcome(models.infer(Calls.within(call("m", rows("input", 1, 2, 0)), 100_000_000, Calls.STAYS)));
            assertThat(outcome.toString()).doesNotContain("an answer takes about");
        } while (!(outcome instanceof Answered));
    }

    @Test
    void neverRunsWhatWasCancelledInTheQueue() throws Exception {
        loaded(SLOW);
        CompletionStage<InferenceOutcome> busy = models.infer(call("m", rows("input", 1, 2, 0)));
        CompletionStage<InferenceOutcome> cancelled =
                models.infer(Calls.within(call("m", rows("input", 1, 2, 0)), 10_000_000_000L, () -> true));
        assertThat(outcome(cancelled)).isEqualTo(new InferenceOutcome.Cancelled());
        assertThat(outcome(busy)).isInstanceOf(Answered.class);
        assertThat(models.model("m").orElseThrow().statistics().get().inferenceCount())
                .isEqualTo(1);
    }

    @Test
    void switchesTheVariantWithoutARestartAndBackWhenTheUpdateDies() throws Exception {
        loaded(FAST);
        OperatingPointOutcome outcome =
                models.update("m", new OperatingPointUpdate(5, "b", 4, Optional.of(1.5), Optional.empty(), 3));
        assertThat(outcome)
                .isEqualTo(new OperatingPointOutcome.Accepted(
                        new RuntimeLoad.OperatingPointState(5, "b", 4, 1.5, Optional.empty())));
        assertThat(((Answered) outcome(models.infer(call("m", rows("input", 1, 2, 0))))).variant())
                .isEqualTo("b");
        long end = System.nanoTime() + 20_000_000_000L;
        while (models.load().models().getFirst().operatingPoint().version() != 0 && System.nanoTime() - end < 0) {
            Thread.sleep(50);
        }
        assertThat(((Answered) outcome(models.infer(call("m", rows("input", 1, 2, 0))))).variant())
                .isEqualTo("a");
        assertThat(models.load().models().getFirst().operatingPoint().version()).isZero();
    }

    @Test
    void refusesALesserVariantThatIsNoneAndAShareThatIsNone() throws Exception {
        loaded(FAST);
        assertThat(lesser("c", 0.1)).contains("lesser.variant: c", "[a, b]");
        assertThat(lesser("a", 0.1)).contains("lesser.variant: a", "another than a");
        assertThat(lesser("b", 1.1)).contains("lesser.maxShare: 1.1");
        assertThat(lesser("b", Double.NaN)).contains("lesser.maxShare: NaN");
        assertThat(models.load().models().getFirst().operatingPoint().version()).isZero();
    }

    private String lesser(String variant, double maxShare) {
        OperatingPointUpdate update = new OperatingPointUpdate(
                5, "a", 8, Optional.empty(), Optional.of(new OperatingPointUpdate.Lesser(variant, maxShare)), 60);
        return ((OperatingPointOutcome.Invalid) models.update("m", update)).message();
    }

    @Test
    void stillAnswersWhileDrainingAndRefusesOnceClosed() throws Exception {
        loaded(FAST);
        models.drain();
        assertThat(models.ready()).isFalse();
        assertThat(outcome(models.infer(call("m", rows("input", 1, 2, 0))))).isInstanceOf(Answered.class);
        models.close(Duration.ofSeconds(5));
        assertThat(outcome(models.infer(call("m", rows("input", 1, 2, 0)))))
                .isInstanceOf(InferenceOutcome.Unavailable.class);
    }

    @Test
    void showsItsMetricsAndThatTheyAreEmulated() throws Exception {
        loaded(FAST);
        outcome(models.infer(call("m", rows("input", 3, 2, 0))));
        outcome(models.infer(Calls.within(call("m", rows("input", 1, 2, 0)), 1, Calls.STAYS)));
        assertThat(registry.getSampleValue(
                        "kilter_runtime_refusals_total",
                        new String[] {"model", "reason"},
                        new String[] {"m", "deadline_unreachable"}))
                .isEqualTo(1);
        assertThat(registry.getSampleValue(
                        "kilter_runtime_batch_size_sum", new String[] {"model", "variant"}, new String[] {"m", "a"}))
                .isEqualTo(3);
        assertThat(models.load().emulated()).isTrue();
        assertThat(models.load().models().getFirst().curve())
                .extracting(RuntimeLoad.CurvePoint::batchSize)
                .containsExactly(1, 3, 8);
    }

    @Test
    void aModelThatCannotBeLoadedTellsWhy() {
        unloaded("emulated:?curve=1:quick");
        assertThatThrownBy(models::loadAll).hasMessageContaining("uri: quick (expected: a time as in 500us");
        assertThat(models.model("m").orElseThrow().state())
                .isInstanceOfSatisfying(
                        ServedModel.State.Failed.class,
                        failed -> assertThat(failed.reason()).contains("uri: quick"));
    }
}
