package dev.kilter.runtime.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.model.Hosting;
import dev.kilter.runtime.model.ResidentVariant;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoopbackRehearsalTest {

    /** A machine that is busy is no reason to give up here. */
    private static final Duration MUCH = Duration.ofSeconds(60);

    private final FakeModelServer models = new FakeModelServer();

    @Test
    void everyProtocolBringsTheModelTheSameInputs() {
        models.with(
                "mixed",
                new TensorSpec("text", DataType.BYTES, Shape.of(-1)),
                new TensorSpec("ids", DataType.INT64, Shape.of(-1, 4)),
                new TensorSpec("image", DataType.FP32, Shape.of(-1, 3, 40, 40)));
        new LoopbackRehearsal(MUCH).run(models);
        List<InferenceCall> calls = models.calls();
        assertThat(calls).hasSizeGreaterThanOrEqualTo(3);
        assertThat(calls.size() % 3).isZero(); // JSON, bytes, gRPC
        InferenceCall first = calls.getFirst();
        assertThat(first.inputs()).extracting(Tensor::name).containsExactly("text", "ids", "image");
        assertThat(calls).allSatisfy(call -> assertThat(call.inputs()).isEqualTo(first.inputs()));
    }

    @Test
    void itemsWithFlatValuesAreBroughtByThePredictApiToo() {
        models.with(
                "flat",
                new TensorSpec("text", DataType.BYTES, Shape.of(-1)),
                new TensorSpec("features", DataType.FP32, Shape.of(-1, 3)));
        new LoopbackRehearsal(MUCH).run(models);
        List<InferenceCall> calls = models.calls();
        assertThat(calls).hasSizeGreaterThanOrEqualTo(4);
        assertThat(calls.size() % 4).isZero();
        assertThat(calls)
                .allSatisfy(call ->
                        assertThat(call.inputs()).isEqualTo(calls.getFirst().inputs()));
    }

    @Test
    void whatJsonDoesNotCarryGoesAsBytesAlone() {
        models.with("half", new TensorSpec("x", DataType.FP16, Shape.of(-1, 4)));
        new LoopbackRehearsal(MUCH).run(models);
        assertThat(models.calls()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(models.calls().size() % 2).isZero();
    }

    @Test
    void largeInputsAreNotRehearsed() {
        models.with("video", new TensorSpec("x", DataType.FP32, Shape.of(-1, 1 << 20)));
        new LoopbackRehearsal(MUCH).run(models);
        assertThat(models.calls()).isEmpty();
    }

    /** As those are whose turn never comes in a pod that is throttled. */
    @Test
    void requestsThatFailAreNoNews() {
        models.with("m", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2)));
        models.answer(new InferenceOutcome.Unavailable("this server is stopping", Duration.ofSeconds(1)));
        Logger access = (Logger) LoggerFactory.getLogger("dev.kilter.runtime.access");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Level before = access.getLevel();
        access.setLevel(Level.INFO);
        lines.start();
        access.addAppender(lines);
        try {
            new LoopbackRehearsal(MUCH).run(models);
        } finally {
            access.detachAppender(lines);
            access.setLevel(before);
        }
        assertThat(models.calls()).hasSizeGreaterThanOrEqualTo(3); // the first of which have ended by now
        assertThat(lines.list).isEmpty();
    }

    @Test
    void theEngineIsLeftToItsWarmUpAndNothingIsCounted() throws Exception {
        AtomicLong rehearsed = new AtomicLong();
        CountedEcho engine = new CountedEcho();
        CollectorRegistry registry = new CollectorRegistry();
        RuntimeConfig config = new RuntimeConfig(
                List.of(new RuntimeConfig.Model(
                        "m",
                        "tensor",
                        List.of(new RuntimeConfig.Variant("a", "fake:", Optional.empty(), "fp32")),
                        "a",
                        4,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                new RuntimeConfig.Engine("CPU", 1, 1));
        HostedModels hosted = new HostedModels(
                Hosting.of(config, false),
                (_, _, _, _) -> new ResidentVariant("a", "sha256:none", 0, List.of(engine)),
                GreedyBatchPolicy::new,
                registry,
                apart -> {
                    new LoopbackRehearsal(MUCH).run(apart);
                    ServedModel stoodInFor = apart.model("m").orElseThrow();
                    rehearsed.set(stoodInFor.statistics().get().inferenceCount());
                });
        try {
            hosted.loadAll();
            assertThat(rehearsed).hasValueGreaterThanOrEqualTo(4);
            assertThat(engine.runs)
                    .as("by who loads, for the warm-up, which leaves rounds out when they take long")
                    .hasSizeBetween(2, 2 * 3)
                    .containsOnly(Thread.currentThread());
            assertThat(engine.closed).isFalse();
            assertThat(hosted.ready()).isTrue();
            RuntimeLoad.Model report = hosted.load().models().getFirst();
            assertThat(report.received()).isZero();
            assertThat(report.batches()).isZero();
            assertThat(report.curve())
                    .extracting(RuntimeLoad.CurvePoint::batchSize)
                    .containsExactly(1, 4);
            ServedModel.Statistics statistics =
                    hosted.model("m").orElseThrow().statistics().get();
            assertThat(statistics.inferenceCount()).isZero();
            assertThat(statistics.lastInferenceEpochMillis()).isEmpty();
            assertThat(registry.getSampleValue(
                            "kilter_runtime_batch_size_count", new String[] {"model", "variant"}, new String[] {"m", "a"
                            }))
                    .isNull();
        } finally {
            hosted.close(Duration.ofSeconds(5));
        }
        assertThat(engine.closed).isTrue();
    }

    /** Gives its inputs back. */
    private static final class CountedEcho extends FakeModel {
        private static final List<TensorSpec> X = List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2)));

        private final Queue<Thread> runs = new ConcurrentLinkedQueue<>();
        private volatile boolean closed;

        CountedEcho() {
            super(new Signature(X, X));
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            runs.add(Thread.currentThread());
            return inputs;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
