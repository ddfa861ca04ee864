package dev.kilter.runtime.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigShapeTest {

    @Test
    void theBatchDimensionIsLeftOutAndItsSizeTold() {
        ConfigShape config = ConfigShape.of(model(new TensorSpec("x", DataType.FP32, Shape.of(-1, -1, 3))));
        assertThat(config.maxBatchSize()).isEqualTo(8);
        assertThat(config.inputs()).containsExactly(new ConfigShape.Item("x", "TYPE_FP32", List.of(-1L, 3L)));
        assertThat(config.backend()).isEqualTo("onnx");
    }

    @Test
    void aModelWithATensorThatIsNothingButABatchTellsWholeShapes() {
        ConfigShape config = ConfigShape.of(model(
                new TensorSpec("text", DataType.BYTES, Shape.of(-1)),
                new TensorSpec("x", DataType.FP32, Shape.of(-1, 3))));
        assertThat(config.maxBatchSize()).isZero();
        assertThat(config.inputs())
                .containsExactly(
                        new ConfigShape.Item("text", "TYPE_STRING", List.of(-1L)),
                        new ConfigShape.Item("x", "TYPE_FP32", List.of(-1L, 3L)));
    }

    private static ServedModel model(TensorSpec... signature) {
        return new FakeModelServer().with("m", signature).model("m").orElseThrow();
    }
}
