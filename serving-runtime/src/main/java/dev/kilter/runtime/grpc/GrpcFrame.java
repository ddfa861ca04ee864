package dev.kilter.runtime.grpc;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.TensorMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** The frame around a gRPC message: a flag that tells whether it is compressed, its length, its bytes. */
final class GrpcFrame {

    static final String CONTENT_TYPE = "application/grpc";

    /** Bytes before the message. */
    static final int HEADER = 5;

    private static final String GZIP = "gzip";
    private static final int INFLATED_AT_A_TIME = 64 << 10;

    private GrpcFrame() {}

    /** Whether requests of these headers are read here: protobuf, as it is or by gzip. */
    static boolean isRead(RequestHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
        String encoding = headers.get("grpc-encoding");
        return (CONTENT_TYPE.equals(type) || "application/grpc+proto".equals(type))
                && (encoding == null || encoding.equals("identity") || encoding.equals(GZIP));
    }

    /**
     * The only message of a body.
     *
     * @throws Rejection invalid, or refused where it has no room when it is inflated
     */
    static ByteBuf message(ByteBuf body, RequestHeaders headers, TensorMemory memory, Limits limits) {
        if (body.readableBytes() < HEADER) {
            throw Rejection.invalid("body", body.readableBytes() + " bytes", "a frame with one message");
        }
        int flag = body.getByte(body.readerIndex());
        long length = body.getUnsignedInt(body.readerIndex() + 1);
        ByteBuf message = body.slice(body.readerIndex() + HEADER, body.readableBytes() - HEADER);
        if (length != message.readableBytes()) {
            throw Rejection.invalid(
                    "body", "a frame of " + length + " bytes, with " + message.readableBytes(), "one whole message");
        }
        if (flag == 0) {
            return message;
        }
        if (flag != 1 || !GZIP.equals(headers.get("grpc-encoding"))) {
            throw Rejection.invalid("body", "a frame with flag " + flag, "0, or 1 with grpc-encoding: gzip");
        }
        return inflated(message, memory, limits.bodyBytes());
    }

    private static ByteBuf inflated(ByteBuf message, TensorMemory memory, int most) {
        ByteBuf inflated = memory.take(0);
        try (InputStream gzip = new GZIPInputStream(new ByteBufInputStream(message))) {
            while (true) {
                if (!inflated.isWritable()) {
                    memory.grow(inflated, Math.clamp(2L * inflated.capacity(), INFLATED_AT_A_TIME, most));
                }
                int read = inflated.writeBytes(gzip, Math.max(1, inflated.writableBytes()));
                if (read < 0) {
                    return inflated;
                }
                if (inflated.readableBytes() > most) {
                    throw Rejection.invalid("body", "more than " + most + " bytes inflated", "at most " + most);
                }
            }
        } catch (IOException e) {
            throw Rejection.invalid("body", "a message that is no gzip: " + e.getMessage(), "gzip, as its frame says");
        }
    }
}
