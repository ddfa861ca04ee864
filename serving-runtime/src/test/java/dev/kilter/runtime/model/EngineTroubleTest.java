package dev.kilter.runtime.model;

import static dev.kilter.runtime.model.Calls.outcome;
import static dev.kilter.runtime.model.Calls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.batch.ModelStatistics;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the outside sees of an engine that hangs, or fails whatever it is given. Time is the test's. */
@Timeout(60)
class EngineTroubleTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Signature ECHO = new Signature(
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 2))),
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 2))));

    private final AtomicLong now = new AtomicLong(SECOND);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch comesBack = new CountDownLatch(1);
    private volatile boolean hangs;
    private volatile boolean fails;
    private final CollectorRegistry registry = new CollectorRegistry();
    private final HostedModel model = loaded();

    private final class Fragile extends FakeModel {
        Fragile() {
            super(ECHO);
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            if (fails) {
                throw new EngineException("device lost");
            }
            if (hangs) {
                entered.countDown();
                try {
                    comesBack.await();
                } catch (InterruptedException e) {
                    throw new EngineException("interrupted", e);
                }
            }
            return inputs;
        }
    }

    private HostedModel loaded() {
        RuntimeConfig.Variant variant = new RuntimeConfig.Variant("a", "fake:", Optional.empty(), "fp32");
        RuntimeConfig.Model config = new RuntimeConfig.Model(
                "m", "tensor", List.of(variant), "a", 4, Optional.empty(), Optional.empty(), Optional.empty());
        HostedModels nobody = new HostedModels(
                new RuntimeConfig(List.of(), new RuntimeConfig.Engine("CPU", 1, 1)),
                (_, _, _, _) -> null,
                GreedyBatchPolicy::new,
                new CollectorRegistry());
        Host host = new Host(
                (_, _, _, _) -> new ResidentVariant("a", "sha256:none", 0, List.of(new Fragile())),
                new RuntimeConfig.Engine("CPU", 1, 1),
                GreedyBatchPolicy::new,
                new RuntimeMetrics(nobody, registry),
                now::get,
                Rehearsal.NONE);
        HostedModel hosted = new HostedModel(ModelVersion.only(config), host, new ModelStatistics());
        try {
            hosted.load();
        } catch (ModelLoadException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return hosted;
    }

    private CompletionStage<InferenceOutcome> infer() {
        return model.infer(new InferenceCall(
                "m",
                Optional.empty(),
                "test",
                List.of(rows("input", 1, 2, 1)),
                List.of(),
                now.get(),
                OptionalLong.of(now.get() + 3600 * SECOND),
                Calls.STAYS));
    }

    private void pass(long seconds) {
        for (long ticks = 0; ticks < seconds * 20; ticks++) {
            now.addAndGet(SECOND / 20);
            model.lookAfter();
        }
    }

    @Test
    void anEngineThatHangsIsToldByHealthAndNobodyWaitsForIt() throws Exception {
        hangs = true;
        CompletionStage<InferenceOutcome> held = infer();
        entered.await();
        CompletionStage<InferenceOutcome> behind = infer();
        pass(9);
        assertThat(model.ready()).isTrue();
        assertThat(held.toCompletableFuture()).isNotDone();
        pass(2);
        assertThat(outcome(held)).isInstanceOfSatisfying(InferenceOutcome.Failed.class, failed -> {
            assertThat(failed.message()).contains("model m variant a", "not come back from a batch of 1 for 10 s");
            assertThat(failed.inputsInUse()).isTrue();
        });
        assertThat(outcome(behind)).isInstanceOf(InferenceOutcome.Unavailable.class);
        assertThat(outcome(infer()))
                .isInstanceOfSatisfying(
                        InferenceOutcome.Unavailable.class,
                        refused -> assertThat(refused.message()).contains("model m failed: variant a: the engine"));
        assertThat(model.ready()).isFalse();
        assertThat(model.stuck()).isTrue();
        assertThat(model.describe(List.of("1")).state()).isInstanceOf(ServedModel.State.Failed.class);
        assertThat(registry.getSampleValue(
                        "kilter_runtime_hung_batches_total", new String[] {"model", "variant"}, new String[] {"m", "a"
                        }))
                .isEqualTo(1);
        comesBack.countDown();
    }

    @Test
    void anEngineThatComesBackAfterAllServesAgain() throws Exception {
        hangs = true;
        CompletionStage<InferenceOutcome> held = infer();
        entered.await();
        pass(11);
        outcome(held);
        hangs = false;
        comesBack.countDown();
        while (model.stuck()) {
            pass(1);
            Thread.onSpinWait();
        }
        assertThat(outcome(infer())).isInstanceOf(InferenceOutcome.Answered.class);
        assertThat(model.ready()).isTrue();
    }

    @Test
    void anEngineThatFailsWhateverItIsGivenIsToldByHealth() throws Exception {
        fails = true;
        for (int i = 0; i < 3; i++) {
            assertThat(model.stuck()).isFalse();
            assertThat(outcome(infer())).isInstanceOf(InferenceOutcome.Failed.class);
        }
        while (!model.stuck()) { // the engine is put to the test after the third was answered
            Thread.onSpinWait();
        }
        assertThat(outcome(infer()))
                .isInstanceOfSatisfying(
                        InferenceOutcome.Unavailable.class,
                        refused -> assertThat(refused.message()).contains("fails whatever it is given: device lost"));
    }
}
