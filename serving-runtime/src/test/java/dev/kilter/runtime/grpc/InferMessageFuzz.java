package dev.kilter.runtime.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.HttpMethod;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferResponse;
import dev.kilter.runtime.exchange.BodyBudget;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.fuzz.Campaign;
import dev.kilter.runtime.server.RunningEdge;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * gRPC messages, decoded and, where they are good, encoded again: nothing but a {@link Rejection}, no memory kept, and
 * what is taken is what protobuf itself takes.
 */
class InferMessageFuzz {

    private static final List<String> WORDS = List.of(
            "\u0008",
            "\u0012\u0004FP32",
            "\u0012\u0005BYTES",
            "\u001a\u0002\u0001\u0002",
            ":\u0000",
            "*",
            "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
            "\u0080\u0080\u0080\u0080\u0010",
            "2\u0003\n\u0001x",
            "\"\u000b\n\u0007timeout\u0012\u0000",
            "*\u0000",
            "\u0000");

    private final BodyBudget budget = new BodyBudget(RunningEdge.LIMITS.heldBytes());

    @Test
    void message() {
        Campaign.run(
                "gRPC message",
                Campaign.corpus("grpc"),
                WORDS,
                input -> within(input, (body, memory) -> {
                    ModelInferResponse answer = roundTrip(body, memory);
                    ModelInferRequest peer;
                    try {
                        peer = ModelInferRequest.parseFrom(input);
                    } catch (InvalidProtocolBufferException e) {
                        return; // stricter in what this server passes over
                    }
                    if (answer.getOutputsCount() != peer.getInputsCount()
                            || !answer.getId().equals(peer.getId())) {
                        throw new IllegalStateException("read otherwise than by protobuf: " + peer);
                    }
                }));
    }

    @Test
    void frame() {
        RequestHeaders headers =
                RequestHeaders.of(HttpMethod.POST, "/", "content-type", "application/grpc", "grpc-encoding", "gzip");
        Campaign.run(
                "gRPC frame",
                Campaign.corpus("frame"),
                WORDS,
                input -> within(input, (body, memory) -> {
                    var _ = roundTrip(GrpcFrame.message(body, headers, memory, RunningEdge.LIMITS), memory);
                }));
    }

    private interface Decoding {
        void decode(ByteBuf body, TensorMemory memory) throws InvalidProtocolBufferException;
    }

    private void within(byte[] input, Decoding decoding) throws InvalidProtocolBufferException {
        try (TensorMemory memory = new TensorMemory(ByteBufAllocator.DEFAULT, budget)) {
            decoding.decode(memory.take(input.length).writeBytes(input), memory);
        } catch (Rejection expected) {
            // told to the caller
        }
        if (budget.held() != 0) {
            throw new IllegalStateException(budget.held() + " bytes kept");
        }
    }

    private static ModelInferResponse roundTrip(ByteBuf body, TensorMemory memory)
            throws InvalidProtocolBufferException {
        InferMessage message = new InferMessage(RunningEdge.LIMITS);
        message.read(body, _ -> {});
        List<Tensor> tensors = message.tensors(memory);
        InferAnswer answer =
                new InferAnswer(message.id(), new InferenceOutcome.Answered("m", "1", "v", tensors), message.isRaw());
        ByteBuf encoded = Unpooled.buffer(answer.size());
        answer.write(encoded);
        if (encoded.readableBytes() != answer.size()) {
            throw new IllegalStateException("size " + answer.size() + ", written " + encoded.readableBytes());
        }
        return ModelInferResponse.parseFrom(encoded.nioBuffer());
    }
}
