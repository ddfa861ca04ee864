package dev.kilter.runtime.model;

import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Calls and answers as tests write them. */
final class Calls {

    static final BooleanSupplier STAYS = () -> false;

    private Calls() {}

    /** FP32 [items, width], every element the same. */
    static Tensor rows(String name, int items, int width, float value) {
        ByteBuffer data = ByteBuffer.allocateDirect(items * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < items * width; i++) {
            data.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, Shape.of(items, width), data.flip());
    }

    static InferenceCall call(String model, Tensor... inputs) {
        return new InferenceCall(
                model,
                Optional.empty(),
                "test",
                List.of(inputs),
                List.of(),
                System.nanoTime(),
                OptionalLong.empty(),
                STAYS);
    }

    static InferenceCall within(InferenceCall call, long nanos, BooleanSupplier cancelled) {
        return new InferenceCall(
                call.model(),
                call.version(),
                call.requestId(),
                call.inputs(),
                call.outputs(),
                call.arrivalNanos(),
                OptionalLong.of(call.arrivalNanos() + nanos),
                cancelled);
    }

    static InferenceOutcome outcome(CompletionStage<InferenceOutcome> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    static float[] floats(Tensor tensor) {
        float[] values = new float[tensor.data().remaining() / Float.BYTES];
        tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
