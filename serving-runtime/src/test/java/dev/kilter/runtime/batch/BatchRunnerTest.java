package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchRunnerTest {

    private static final Signature WORDS = new Signature(
            List.of(new TensorSpec("in", DataType.BYTES, Shape.of(-1))),
            List.of(
                    new TensorSpec("out", DataType.BYTES, Shape.of(-1)),
                    new TensorSpec("again", DataType.BYTES, Shape.of(-1))));

    /** What an engine does with a batch. */
    private interface Run {
        List<Tensor> run(List<Tensor> inputs) throws EngineException;
    }

    private record FakeModel(Signature signature, Run behaviour) implements LoadedModel {
        @Override
        public String platform() {
            return "fake";
        }

        @Override
        public String provider() {
            return "CPU";
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            return behaviour.run(inputs);
        }

        @Override
        public void close() {}
    }

    private static final BatchListener NOBODY = new BatchListener() {
        @Override
        public void ran(String variant, int items, long queueNanos, ModelStatistics.BatchTimes times) {}

        @Override
        public void failed(String variant) {}
    };

    private final ModelStatistics statistics = new ModelStatistics();
    private final BatchQueue queue = new BatchQueue(
            new GreedyBatchPolicy(),
            new QueueLimits(100, 100),
            _ -> new OperatingPoint("v", 4, Optional.empty()),
            System::nanoTime);

    private void runAll(Run engine) {
        queue.close();
        LoadedModel model = new FakeModel(WORDS, engine);
        BatchRunner.Shared shared = new BatchRunner.Shared(queue, statistics, Map.of("v", new LearnedCurve()), NOBODY);
        new BatchRunner(shared, Map.of("v", model)).run();
    }

    private CompletableFuture<InferenceOutcome> offer(List<String> outputs, String... words) {
        InferenceCall call = new InferenceCall(
                "m", Optional.empty(), "id", List.of(), outputs, System.nanoTime(), OptionalLong.empty(), () -> false);
        PendingRequest request = new PendingRequest(
                call,
                List.of(words("in", words)),
                words.length,
                "key",
                System.nanoTime() + 60_000_000_000L,
                new CompletableFuture<>());
        assertThat(queue.offer(request)).isEqualTo(BatchQueue.Offer.ACCEPTED);
        return request.answer();
    }

    private static Tensor words(String name, String... words) {
        ByteBuffer data = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            data.putInt(bytes.length).put(bytes);
        }
        return new Tensor(name, DataType.BYTES, Shape.of(words.length), data.flip());
    }

    private static List<Tensor> echo(List<Tensor> inputs) {
        Tensor in = inputs.getFirst();
        return List.of(
                new Tensor("out", in.type(), in.shape(), in.data().duplicate()),
                new Tensor("again", in.type(), in.shape(), in.data().duplicate()));
    }

    private static List<Tensor> outputs(CompletableFuture<InferenceOutcome> answer) {
        return ((InferenceOutcome.Answered) answer.join()).outputs();
    }

    @Test
    void cutsStringsOfDifferentLengthApartAgain() {
        CompletableFuture<InferenceOutcome> first = offer(List.of(), "", "größer");
        CompletableFuture<InferenceOutcome> second = offer(List.of(), "x");
        runAll(BatchRunnerTest::echo);
        assertThat(outputs(first).getFirst().data())
                .isEqualTo(words("out", "", "größer").data());
        assertThat(outputs(second).getFirst().data())
                .isEqualTo(words("out", "x").data());
        assertThat(outputs(second).getFirst().shape()).isEqualTo(Shape.of(1));
        assertThat(statistics.statistics().batches()).hasSize(1);
    }

    @Test
    void givesTheOutputsThatWereAskedFor() {
        CompletableFuture<InferenceOutcome> all = offer(List.of(), "a");
        CompletableFuture<InferenceOutcome> one = offer(List.of("again"), "b");
        runAll(BatchRunnerTest::echo);
        assertThat(outputs(all)).extracting(Tensor::name).containsExactly("out", "again");
        assertThat(outputs(one)).extracting(Tensor::name).containsExactly("again");
    }

    @Test
    void anEngineThatThrowsFailsThatBatchAlone() {
        CompletableFuture<InferenceOutcome> broken = offer(List.of(), "a", "b", "c", "d");
        CompletableFuture<InferenceOutcome> worse = offer(List.of(), "e", "f", "g", "h");
        CompletableFuture<InferenceOutcome> fine = offer(List.of(), "i");
        runAll(new Run() {
            private int runs;

            @Override
            public List<Tensor> run(List<Tensor> inputs) throws EngineException {
                runs++;
                if (runs == 1) {
                    throw new EngineException("out of registers");
                }
                if (runs == 2) {
                    throw new StackOverflowError("deep");
                }
                return echo(inputs);
            }
        });
        assertThat(broken.join()).isEqualTo(new InferenceOutcome.Failed("model m variant v: out of registers"));
        assertThat(worse.join()).isInstanceOf(InferenceOutcome.Failed.class);
        assertThat(fine.join()).isInstanceOf(InferenceOutcome.Answered.class);
        assertThat(statistics.counts().running()).isZero();
    }

    @Test
    void outputsOfAnotherBatchSizeFailTheBatch() {
        CompletableFuture<InferenceOutcome> first = offer(List.of(), "a");
        CompletableFuture<InferenceOutcome> second = offer(List.of(), "b");
        runAll(_ -> List.of(words("out", "only one"), words("again", "only one")));
        for (CompletableFuture<InferenceOutcome> answer : List.of(first, second)) {
            assertThat(answer.join())
                    .isInstanceOfSatisfying(
                            InferenceOutcome.Failed.class,
                            failed -> assertThat(failed.message()).contains("output out", "[1] for a batch of 2"));
        }
    }
}
