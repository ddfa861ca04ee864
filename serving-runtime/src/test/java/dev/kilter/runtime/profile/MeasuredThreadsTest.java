package dev.kilter.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.model.ResidentVariant;
import dev.kilter.runtime.model.VariantLoader;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredThreadsTest {

    private static final Signature VECTORS = new Signature(
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
            List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 4))));
    private static final RuntimeConfig.Variant VARIANT =
            new RuntimeConfig.Variant("v", "file:/m.onnx", Optional.empty(), "fp32");
    private static final RuntimeConfig.Model MODEL = new RuntimeConfig.Model(
            "m", "tensor", List.of(VARIANT), "v", 8, Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir
    private Path folder;

    private String digest = "sha256:none";
    private long now;
    private int open;
    private final List<Integer> loaded = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    /** An item takes that many milliseconds with so many threads. */
    private VariantLoader loader(IntToDoubleFunction millisPerItem) {
        return (_, variant, engine, _) -> {
            loaded.add(engine.threads());
            List<LoadedModel> instances = new ArrayList<>();
            for (int i = 0; i < engine.instances(); i++) {
                open++;
                instances.add(new Instance(millisPerItem.applyAsDouble(engine.threads())));
            }
            return new ResidentVariant(variant.name(), digest, 0, instances);
        };
    }

    private final class Instance extends FakeModel {
        private final double millisPerItem;

        Instance(double millisPerItem) {
            super(VECTORS);
            this.millisPerItem = millisPerItem;
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            if (millisPerItem < 0) {
                throw new EngineException("not today");
            }
            now += Math.round(inputs.getFirst().shape().dimensions().getFirst() * millisPerItem * 1e6);
            return inputs;
        }

        @Override
        public void close() {
            open--;
        }
    }

    private ResidentVariant load(RuntimeConfig.Variant variant, int instances, int threads, IntToDoubleFunction cost)
            throws Exception {
        return new MeasuredThreads(loader(cost), 4, () -> now)
                .load(MODEL, variant, new RuntimeConfig.Engine("CPU", instances, threads), told::add);
    }

    private ResidentVariant loadKeeping(String engine, int instances) throws Exception {
        return new MeasuredThreads(loader(threads -> 4.0 / Math.min(2, threads)), 4, () -> now)
                .keeping(folder, engine)
                .load(MODEL, VARIANT, new RuntimeConfig.Engine("CPU", instances, 0), told::add);
    }

    @Test
    void whatAnEarlierStartChoseIsTakenAtOnce() throws Exception {
        loadKeeping("engine 1", 1);
        loaded.clear();
        loadKeeping("engine 1", 1);
        assertThat(loaded).containsExactly(2);
        assertThat(told)
                .last()
                .asString()
                .startsWith("threads: 2, as a batch of ")
                .endsWith("by an earlier start");
    }

    @Test
    void anotherEngineOrQuestionOrModelIsMeasuredAnew() throws Exception {
        loadKeeping("engine 1", 1);
        loaded.clear();
        loadKeeping("engine 2", 1);
        assertThat(loaded).containsExactly(1, 2, 4, 2);
        loaded.clear();
        loadKeeping("engine 2", 2);
        assertThat(loaded).containsExactly(1, 2, 2);
        loaded.clear();
        digest = "sha256:other";
        open = 0;
        loadKeeping("engine 2", 1);
        assertThat(loaded).containsExactly(2, 1, 2, 4, 2);
        assertThat(open).as("all but the last are closed").isEqualTo(1);
    }

    @Test
    void aKeptChoiceThatCannotBeReadIsMeasuredAnew() throws Exception {
        loadKeeping("engine 1", 1);
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        String whole = Files.readString(file);
        for (String broken : List.of(
                "",
                "{",
                "[]",
                "null",
                whole.substring(0, whole.length() / 2),
                whole.replace("\"threads\":2", "\"threads\":0"))) {
            Files.writeString(file, broken);
            loaded.clear();
            loadKeeping("engine 1", 1);
            assertThat(loaded).as(broken).containsExactly(1, 2, 4, 2);
            assertThat(file).hasContent(whole);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenOnlyCostsTime() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        new MeasuredThreads(loader(threads -> 4.0 / threads), 4, () -> now)
                .keeping(folder.resolve("file"), "engine 1")
                .load(MODEL, VARIANT, new RuntimeConfig.Engine("CPU", 1, 0), told::add);
        assertThat(loaded).containsExactly(1, 2, 4, 4);
    }

    @Test
    void takesTheThreadsThatPay() throws Exception {
        ResidentVariant variant = load(VARIANT, 1, 0, threads -> 4.0 / Math.min(2, threads));
        assertThat(loaded).containsExactly(1, 2, 4, 2);
        assertThat(told).last().asString().startsWith("threads: 2, as a batch of ");
        assertThat(variant.instances()).hasSize(1);
        assertThat(open).as("trials are closed").isEqualTo(1);
    }

    @Test
    void leavesTheCoresToOthersWhereThreadsGainLittle() throws Exception {
        load(VARIANT, 1, 0, threads -> 1 + 0.1 / threads);
        assertThat(loaded).last().isEqualTo(1);
    }

    @Test
    void instancesShareTheCores() throws Exception {
        ResidentVariant variant = load(VARIANT, 2, 0, threads -> 4.0 / threads);
        assertThat(loaded).containsExactly(1, 2, 2);
        assertThat(variant.instances()).hasSize(2);
    }

    @Test
    void threadsThatSomebodySaysAreTaken() throws Exception {
        load(VARIANT, 1, 3, threads -> 4.0 / threads);
        assertThat(loaded).containsExactly(3);
    }

    @Test
    void aSlowModelIsTriedForAFewBatchesOfOneOnly() throws Exception {
        load(VARIANT, 1, 0, _ -> 1000);
        assertThat(now).as("nanoseconds for three candidates").isLessThan(3 * 10 * 1_000_000_000L);
    }

    @Test
    void aModelThatRefusesTheGuessedInputsGetsOneThread() throws Exception {
        load(VARIANT, 1, 0, _ -> -1);
        assertThat(loaded).last().isEqualTo(1);
        assertThat(told).last().isEqualTo("threads: 1, not measured: not today");
        assertThat(open).isEqualTo(1);
    }

    @Test
    void anEmulatedVariantIsNotTried() throws Exception {
        load(new RuntimeConfig.Variant("v", "emulated:?curve=1:1ms", Optional.empty(), "fp32"), 1, 0, _ -> 1);
        assertThat(loaded).containsExactly(1);
    }

    @Test
    void curvesAreComparedAtTheLargestSizeThatAllHave() {
        SortedMap<Integer, List<RuntimeLoad.CurvePoint>> measured = new TreeMap<>();
        measured.put(1, List.of(point(1, 10), point(2, 20)));
        measured.put(2, List.of(point(1, 9), point(2, 11), point(4, 22)));
        assertThat(ThreadChoice.of(measured))
                .isEqualTo(new ThreadChoice(
                        2, "threads: 2, as a batch of 2 took, by threads, 1: 20.000 ms, 2: 11.000 ms"));
        assertThatThrownBy(() -> ThreadChoice.of(Collections.emptySortedMap())).hasMessageContaining("at least one");
    }

    private static RuntimeLoad.CurvePoint point(int size, double millis) {
        return new RuntimeLoad.CurvePoint(size, millis, millis, 5);
    }
}
