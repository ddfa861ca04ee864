package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.FakeModel;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
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
    private interface Behaviour {
        List<Tensor> run(List<Tensor> inputs) throws EngineException;
    }

    private static final class Behaving extends FakeModel {
        private final Behaviour behaviour;

        Behaving(Signature signature, Behaviour behaviour) {
            super(signature);
            this.behaviour = behaviour;
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            return behaviour.run(inputs);
        }
    }

    private static final BatchListener NOBODY = new BatchListener() {
        @Override
        public void ran(Run run) {}

        @Override
        public void failed(String variant) {}

        @Override
        public void isolated(String variant, int requests) {}

        @Override
        public void hung(String variant) {}
    };

    private static final OperatingPoint FOUR = new OperatingPoint("v", 4, Optional.empty());

    private final ModelStatistics statistics = new ModelStatistics();
    private final Map<String, LearnedCurve> curves = Map.of("v", new LearnedCurve());
    private final BatchQueue queue = new BatchQueue(
            GreedyBatchPolicy::new,
            new QueueLimits(100, 100),
            new BatchQueue.Engines(1, 4),
            _ -> FOUR,
            curves,
            System::nanoTime);
    private final EngineHealth health = new EngineHealth();

    private void runAll(Behaviour engine) {
        queue.close();
        LoadedModel model = new Behaving(WORDS, engine);
        BatchRunner.Shared shared = new BatchRunner.Shared("1", queue, statistics, curves, health, NOBODY);
        new BatchRunner(shared, 0, Map.of("v", model)).run();
    }

    private CompletableFuture<InferenceOutcome> offer(List<String> outputs, String... words) {
        return offer(outputs, () -> false, words);
    }

    private CompletableFuture<InferenceOutcome> offer(
            List<String> outputs, BooleanSupplier cancelled, String... words) {
        InferenceCall call = new InferenceCall(
                "m", Optional.empty(), "id", List.of(), outputs, System.nanoTime(), OptionalLong.empty(), cancelled);
        long deadline = System.nanoTime() + 60_000_000_000L;
        PendingRequest request = new PendingRequest(
                call, List.of(words("in", words)), words.length, "key", deadline, deadline, new CompletableFuture<>());
        assertThat(queue.offer(request, System.nanoTime())).isEqualTo(Offer.ACCEPTED);
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
        runAll(new Behaviour() {
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

    /** Fails any batch with the word "bad" in it, and counts. */
    private static final class Picky implements Behaviour {
        private final List<Integer> sizes = new ArrayList<>();

        @Override
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            sizes.add(Math.toIntExact(inputs.getFirst().shape().elements()));
            if (StandardCharsets.UTF_8
                    .decode(inputs.getFirst().data().duplicate())
                    .toString()
                    .contains("bad")) {
                throw new EngineException("no such token");
            }
            return echo(inputs);
        }
    }

    @Test
    void onlyTheRequestThatMakesTheEngineFailIsToldOfIt() {
        CompletableFuture<InferenceOutcome> first = offer(List.of(), "a");
        CompletableFuture<InferenceOutcome> guilty = offer(List.of(), "bad");
        CompletableFuture<InferenceOutcome> last = offer(List.of(), "c", "d");
        Picky engine = new Picky();
        runAll(engine);
        assertThat(outputs(first).getFirst().data()).isEqualTo(words("out", "a").data());
        assertThat(outputs(last).getFirst().data())
                .isEqualTo(words("out", "c", "d").data());
        assertThat(guilty.join()).isEqualTo(new InferenceOutcome.Failed("model m variant v: no such token"));
        assertThat(engine.sizes).containsExactly(4, 1, 1, 2);
        assertThat(statistics.counts().running()).isZero();
    }

    @Test
    void requestsThatAreAllBadCostOneMoreRunEachAndTheEngineIsNotBlamed() {
        List<CompletableFuture<InferenceOutcome>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(offer(List.of(), "bad"));
        }
        CompletableFuture<InferenceOutcome> fine = offer(List.of(), "fine");
        Picky engine = new Picky();
        runAll(engine);
        assertThat(all).allSatisfy(answer -> assertThat(answer.join()).isInstanceOf(InferenceOutcome.Failed.class));
        assertThat(fine.join()).isInstanceOf(InferenceOutcome.Answered.class);
        assertThat(health.trouble()).isEmpty();
        // two batches of four, each of the eight alone, two tests of the engine with a sample, the last
        assertThat(engine.sizes).hasSize(2 + 8 + 2 + 1);
    }

    @Test
    void anEngineThatFailsOnWhatItCouldRunAtWarmUpIsBrokenUntilItAnswersAgain() {
        List<CompletableFuture<InferenceOutcome>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(offer(List.of(), "a"));
        }
        AtomicInteger runs = new AtomicInteger();
        runAll(_ -> {
            runs.incrementAndGet();
            throw new EngineException("device lost");
        });
        assertThat(all).allSatisfy(answer -> assertThat(answer.join()).isInstanceOf(InferenceOutcome.Failed.class));
        assertThat(health.trouble()).hasValueSatisfying(why -> assertThat(why).contains("variant v", "device lost"));
        // four, three alone, the test; from there on nothing is tried twice: the second four, and one more test
        assertThat(runs).hasValue(4 + 1 + 1 + 1);
        health.works();
        assertThat(health.trouble()).isEmpty();
    }

    @Test
    void aModelThatGivesAnotherBatchSizeAnswersAloneWhatItCan() {
        CompletableFuture<InferenceOutcome> first = offer(List.of(), "a");
        CompletableFuture<InferenceOutcome> second = offer(List.of(), "b", "c");
        runAll(_ -> List.of(words("out", "only one"), words("again", "only one")));
        assertThat(first.join()).isInstanceOf(InferenceOutcome.Answered.class);
        assertThat(second.join())
                .isInstanceOfSatisfying(
                        InferenceOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("output out", "[1] for a batch of 2"));
    }

    @Test
    void whatWasCancelledMeanwhileIsNotTriedAgain() {
        CompletableFuture<InferenceOutcome> bad = offer(List.of(), "bad");
        AtomicBoolean gone = new AtomicBoolean();
        CompletableFuture<InferenceOutcome> leaves = offer(List.of(), gone::get, "b");
        Picky engine = new Picky();
        runAll(inputs -> {
            gone.set(true);
            return engine.run(inputs);
        });
        assertThat(bad.join()).isInstanceOf(InferenceOutcome.Failed.class);
        assertThat(leaves.join()).isEqualTo(new InferenceOutcome.Cancelled());
        assertThat(engine.sizes).containsExactly(2, 1);
    }
}
