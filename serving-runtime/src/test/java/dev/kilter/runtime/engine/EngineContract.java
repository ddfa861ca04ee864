package dev.kilter.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every engine does, on the small models of src/test/resources/models; how they were made stands in their README.
 */
public abstract class EngineContract {

    private static final EngineOptions CPU = new EngineOptions("CPU", 1);

    @TempDir
    private Path folder;

    private final Engine engine;

    protected EngineContract(Engine engine) {
        this.engine = engine;
    }

    protected final LoadedModel load(Path file) throws EngineException {
        return engine.load(new ModelFile(file.toUri(), file, "sha256:none"), CPU);
    }

    protected static Path model(String name) {
        return Path.of("src/test/resources/models", name).toAbsolutePath();
    }

    protected static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void tellsTypesNamesAndFreeDimensionsOfAModel() throws Exception {
        try (LoadedModel model = load(model("mixed.onnx"))) {
            assertThat(model.signature())
                    .isEqualTo(new Signature(
                            List.of(
                                    new TensorSpec("x", DataType.FP32, Shape.of(-1, 3)),
                                    new TensorSpec("ids", DataType.INT64, Shape.of(-1, -1))),
                            List.of(
                                    new TensorSpec("y", DataType.FP32, Shape.of(-1, 3)),
                                    new TensorSpec("next", DataType.INT64, Shape.of(-1, -1)),
                                    new TensorSpec("positive", DataType.BOOL, Shape.of(-1, 3)))));
            assertThat(model.signature().batchable()).isTrue();
        }
    }

    @Test
    void runsFloatsWholeIntegersAndBooleansWithoutLoss() throws Exception {
        try (LoadedModel model = load(model("mixed.onnx"))) {
            long beyondDoubles = (1L << 53) + 1;
            ByteBuffer x = buffer(24);
            List.of(1f, -2f, 3f, 0.5f, 0f, -1f).forEach(x::putFloat);
            ByteBuffer ids = buffer(16).putLong(beyondDoubles).putLong(-1);
            List<Tensor> outputs = model.run(List.of(
                    new Tensor("x", DataType.FP32, Shape.of(2, 3), x.flip()),
                    new Tensor("ids", DataType.INT64, Shape.of(2, 1), ids.flip())));
            assertThat(outputs)
                    .extracting(Tensor::shape)
                    .containsExactly(Shape.of(2, 3), Shape.of(2, 1), Shape.of(2, 3));
            ByteBuffer y = outputs.get(0).data().order(ByteOrder.LITTLE_ENDIAN);
            assertThat(List.of(y.getFloat(0), y.getFloat(4), y.getFloat(20))).containsExactly(3f, -3f, -1f);
            assertThat(outputs.get(1).data().order(ByteOrder.LITTLE_ENDIAN).getLong(0))
                    .isEqualTo(beyondDoubles + 1);
            byte[] positive = new byte[6];
            outputs.get(2).data().get(positive);
            assertThat(positive).containsExactly(1, 0, 1, 1, 0, 0);
        }
    }

    @Test
    void runsStringsOfOneDimension() throws Exception {
        try (LoadedModel model = load(model("words.onnx"))) {
            ByteBuffer words = Texts.write(List.of("", "größer", "x"));
            List<Tensor> outputs = model.run(List.of(new Tensor("words", DataType.BYTES, Shape.of(3), words)));
            assertThat(Texts.read(outputs.getFirst())).containsExactly("", "größer", "x");
        }
    }

    @Test
    void aFixedBatchIsNotBatchable() throws Exception {
        try (LoadedModel model = load(model("fixed.onnx"))) {
            assertThat(model.signature().batchable()).isFalse();
        }
    }

    @Test
    void staysUsableAfterARunThatFailed() throws Exception {
        try (LoadedModel model = load(model("fixed.onnx"))) {
            Tensor wrong = new Tensor("x", DataType.FP32, Shape.of(2, 3), buffer(24));
            assertThatThrownBy(() -> model.run(List.of(wrong)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("ONNX Runtime");
            Tensor right = new Tensor("x", DataType.FP32, Shape.of(1, 3), buffer(12));
            assertThat(model.run(List.of(right))).hasSize(1);
        }
    }

    @Test
    void tellsAProviderThatItCannotUse() {
        Path file = model("mixed.onnx");
        ModelFile whole = new ModelFile(file.toUri(), file, "sha256:none");
        assertThatThrownBy(() -> engine.load(whole, new EngineOptions("TensorRT", 1)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(file.toUri().toString());
    }

    @Test
    void namesTheUriOfAFileThatIsNoModel() throws Exception {
        Path text = Files.writeString(folder.resolve("page.onnx"), "<html>not here</html>");
        Path cut = folder.resolve("cut.onnx");
        byte[] whole = Files.readAllBytes(model("mixed.onnx"));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        for (Path file : List.of(text, cut)) {
            assertThatThrownBy(() -> load(file))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining(file.toUri().toString())
                    .hasMessageContaining("check that the URI names a complete .onnx file");
        }
    }

    @Test
    void outputsHoldUntilTheNextRunAndInputsAreNotKept() throws Exception {
        try (LoadedModel model = load(model("mixed.onnx"))) {
            ByteBuffer x = buffer(12);
            ByteBuffer ids = buffer(8);
            for (int round = 1; round <= 3; round++) {
                x.putFloat(0, round);
                ids.putLong(0, round);
                List<Tensor> outputs = model.run(List.of(
                        new Tensor("x", DataType.FP32, Shape.of(1, 3), x.duplicate()),
                        new Tensor("ids", DataType.INT64, Shape.of(1, 1), ids.duplicate())));
                x.putFloat(0, -1);
                ids.putLong(0, -1);
                assertThat(littleEndian(outputs.get(0)).getFloat(0)).isEqualTo(2f * round + 1);
                assertThat(littleEndian(outputs.get(1)).getLong(0)).isEqualTo(round + 1);
            }
        }
    }

    @Test
    void takesInputsOnTheHeapAndInTheMiddleOfABuffer() throws Exception {
        try (LoadedModel model = load(model("fixed.onnx"))) {
            for (int offset : new int[] {0, 1, 2, 3, 4}) {
                for (ByteBuffer whole :
                        List.of(buffer(32), ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN))) {
                    whole.putFloat(offset, 1f).putFloat(offset + 4, -2f).putFloat(offset + 8, 3f);
                    ByteBuffer x = whole.slice(offset, 12);
                    Tensor y = model.run(List.of(new Tensor("x", DataType.FP32, Shape.of(1, 3), x)))
                            .getFirst();
                    ByteBuffer data = littleEndian(y);
                    assertThat(List.of(data.getFloat(0), data.getFloat(4), data.getFloat(8)))
                            .containsExactly(2f, -4f, 6f);
                }
            }
        }
    }

    @Test
    void aFailedRunSaysWhatTheModelSaidAndLeavesItUsable() throws Exception {
        try (LoadedModel model = load(model("table.onnx"))) {
            assertThatThrownBy(() -> model.run(List.of(id(7))))
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("ONNX Runtime: ")
                    .hasMessageContaining("indices element out of data bounds, idx=7");
            Tensor row = model.run(List.of(id(2))).getFirst();
            assertThat(littleEndian(row).getFloat(4)).isEqualTo(21f);
        }
    }

    private static Tensor id(long id) {
        return new Tensor("ids", DataType.INT64, Shape.of(1), buffer(8).putLong(0, id));
    }

    @Test
    void tellsTheShapeThatAModelReallyGave() throws Exception {
        try (LoadedModel model = load(model("one-row.onnx"))) {
            Tensor x = new Tensor("x", DataType.FP32, Shape.of(4, 3), buffer(48));
            assertThat(model.run(List.of(x)).getFirst().shape()).isEqualTo(Shape.of(1, 3));
        }
    }

    @Test
    void givesScalars() throws Exception {
        try (LoadedModel model = load(model("scalar.onnx"))) {
            Tensor x = new Tensor(
                    "x",
                    DataType.FP32,
                    Shape.of(1, 3),
                    buffer(12).putFloat(0, 4f).putFloat(8, 0.5f));
            Tensor total = model.run(List.of(x)).getFirst();
            assertThat(total.shape()).isEqualTo(Shape.of());
            assertThat(littleEndian(total).getFloat(0)).isEqualTo(4.5f);
        }
    }

    protected static ByteBuffer littleEndian(Tensor tensor) {
        return tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
