package dev.kilter.runtime.grpc;

import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code ModelInferResponse}, written field by field into the buffer that is sent: outputs go as bytes where the
 * inputs came as bytes, else with typed contents.
 */
final class InferAnswer {

    private static final String VARIANT = "variant";

    private final String id;
    private final InferenceOutcome.Answered answered;
    private final boolean raw;
    private final int variantSize;
    private final List<OutputMessage> outputs;

    /** @param raw whether the inputs came as bytes */
    InferAnswer(String id, InferenceOutcome.Answered answered, boolean raw) {
        this.id = id;
        this.answered = answered;
        // Types without contents force all of them to bytes: an answer has the one or the other.
        this.raw = raw || answered.outputs().stream().anyMatch(InferAnswer::isRawOnly);
        this.variantSize =
                ProtoWriter.textSize(VARIANT) + ProtoWriter.lengthSize(ProtoWriter.textSize(answered.variant()));
        this.outputs = new ArrayList<>(answered.outputs().size());
        for (Tensor output : answered.outputs()) {
            outputs.add(new OutputMessage(output, !this.raw));
        }
    }

    private static boolean isRawOnly(Tensor output) {
        return output.type() == DataType.FP16 || output.type() == DataType.BF16;
    }

    /** The length of the message. */
    int size() {
        int size = ProtoWriter.textSize(answered.model())
                + ProtoWriter.textSize(answered.version())
                + ProtoWriter.textSize(id)
                + ProtoWriter.lengthSize(variantSize);
        for (OutputMessage output : outputs) {
            size = Math.addExact(size, ProtoWriter.lengthSize(output.size()));
            if (raw) {
                size = Math.addExact(
                        size, ProtoWriter.lengthSize(output.tensor().data().remaining()));
            }
        }
        return size;
    }

    void write(ByteBuf to) {
        ProtoWriter message = new ProtoWriter(to);
        message.text(1, answered.model());
        message.text(2, answered.version());
        message.text(3, id);
        message.length(4, variantSize);
        message.text(1, VARIANT);
        message.length(2, ProtoWriter.textSize(answered.variant()));
        message.text(3, answered.variant());
        for (OutputMessage output : outputs) {
            message.length(5, output.size());
            output.write(to, message);
        }
        if (raw) {
            for (Tensor output : answered.outputs()) {
                message.length(6, output.data().remaining());
                to.writeBytes(output.data().duplicate());
            }
        }
    }
}
