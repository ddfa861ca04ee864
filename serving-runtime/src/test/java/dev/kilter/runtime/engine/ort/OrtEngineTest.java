package dev.kilter.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.runtime.engine.EngineContract;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrtEngineTest extends EngineContract {

    private static final int ITEMS = 3;
    private static final Shape SHAPE = Shape.of(ITEMS, 2);

    OrtEngineTest() {
        super(new OrtEngine());
    }

    @Test
    void everyTypeOfTheProtocolGoesInAndComesOutAsItWas() throws Exception {
        try (LoadedModel model = load(model("types.onnx"))) {
            assertThat(model.signature().inputs()).extracting(TensorSpec::type).containsExactly(DataType.values());
            List<Tensor> inputs = new ArrayList<>();
            for (TensorSpec spec : model.signature().inputs()) {
                inputs.add(new Tensor(spec.name(), spec.type(), SHAPE, anything(spec.type())));
            }
            List<Tensor> outputs = model.run(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                assertThat(outputs.get(i).name())
                        .isEqualTo("same_" + inputs.get(i).name());
                assertThat(outputs.get(i).type()).isEqualTo(inputs.get(i).type());
                assertThat(outputs.get(i).shape()).isEqualTo(SHAPE);
                assertThat(littleEndian(outputs.get(i))).isEqualTo(littleEndian(inputs.get(i)));
            }
        }
    }

    /** Every bit pattern is a value; a string may hold any bytes, a zero in the middle too, or none. */
    private static ByteBuffer anything(DataType type) {
        Random random = new Random(type.name().hashCode());
        int elements = Math.toIntExact(SHAPE.elements());
        ByteBuffer data = buffer(elements * 16);
        for (int i = 0; i < elements; i++) {
            byte[] element = new byte[type == DataType.BYTES ? i * 2 : type.size()];
            random.nextBytes(element);
            switch (type) {
                case BYTES -> data.putInt(element.length).put(element);
                case BOOL -> data.put((byte) (element[0] & 1));
                case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64 ->
                    data.put(element);
            }
        }
        return data.flip();
    }
}
