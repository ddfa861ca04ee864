package dev.kilter.runtime.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.function.IntConsumer;

/** Writes answers: one JSON object and behind it the bytes of the outputs that were asked for as bytes. */
final class InferResponseWriter {

    static final AsciiString JSON_LENGTH = HttpHeaderNames.of("inference-header-content-length");

    private static final int JSON_BESIDE_DATA = 512;

    /** The bytes of an answer's tensors. */
    static int bytes(InferenceOutcome.Answered answer) {
        long bytes = 0;
        for (Tensor output : answer.outputs()) {
            bytes += output.data().remaining();
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /** @param held is told the bytes that the answer takes */
    HttpResponse write(
            InferRequest request, InferenceOutcome.Answered answer, ByteBufAllocator pool, IntConsumer held) {
        ByteBuf body = pool.directBuffer(JSON_BESIDE_DATA + bytes(answer));
        try {
            writeJson(request, answer, new JsonWriter(body));
            int jsonLength = body.readableBytes();
            boolean binary = false;
            for (Tensor output : answer.outputs()) {
                if (request.isBinary(output.name())) {
                    binary = true;
                    body.writeBytes(output.data().duplicate());
                }
            }
            ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK);
            if (binary) {
                headers.contentType(MediaType.OCTET_STREAM).setInt(JSON_LENGTH, jsonLength);
            } else {
                headers.contentType(MediaType.JSON);
            }
            held.accept(body.capacity());
            return HttpResponse.of(headers.build(), HttpData.wrap(body.retain()));
        } finally {
            body.release();
        }
    }

    private static void writeJson(InferRequest request, InferenceOutcome.Answered answer, JsonWriter json) {
        json.raw("{\"model_name\":").string(answer.model());
        json.raw(",\"model_version\":").string(answer.version());
        if (request.id().isPresent()) {
            json.raw(",\"id\":").string(request.id().get());
        }
        json.raw(",\"parameters\":{\"variant\":").string(answer.variant()).raw("},\"outputs\":[");
        for (int i = 0; i < answer.outputs().size(); i++) {
            Tensor output = answer.outputs().get(i);
            json.raw(i == 0 ? "{\"name\":" : ",{\"name\":").string(output.name());
            json.raw(",\"datatype\":\"").raw(output.type().name());
            json.raw("\",\"shape\":");
            writeShape(json, output.shape().dimensions());
            if (request.isBinary(output.name())) {
                json.raw(",\"parameters\":{\"binary_data_size\":")
                        .number((long) output.data().remaining())
                        .raw("}}");
            } else {
                json.raw(",\"data\":");
                OutputData.write(json, output);
                json.raw('}');
            }
        }
        json.raw("]}").flush();
    }

    private static void writeShape(JsonWriter json, List<Long> dimensions) {
        json.raw('[');
        for (int i = 0; i < dimensions.size(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.number(dimensions.get(i));
        }
        json.raw(']');
    }
}
