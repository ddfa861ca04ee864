package dev.kilter.runtime.grpc;

import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;

/** A {@code ModelInferRequest}, written as clients do. */
public final class InferCall {

    private InferCall() {}

    /** With its inputs as bytes, in a gRPC frame. */
    public static byte[] framed(String model, List<Tensor> inputs) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeZero(GrpcFrame.HEADER);
        ProtoWriter message = new ProtoWriter(frame);
        frame.ensureWritable(ProtoWriter.textSize(model));
        message.text(1, model);
        for (Tensor input : inputs) {
            OutputMessage tensor = new OutputMessage(input, false); // an input's fields have the same numbers
            message.length(5, tensor.size());
            frame.ensureWritable(tensor.size());
            tensor.write(frame, message);
        }
        for (Tensor input : inputs) {
            message.length(7, input.data().remaining());
            frame.writeBytes(input.data().duplicate());
        }
        frame.setInt(1, frame.readableBytes() - GrpcFrame.HEADER);
        return ByteBufUtil.getBytes(frame);
    }
}
