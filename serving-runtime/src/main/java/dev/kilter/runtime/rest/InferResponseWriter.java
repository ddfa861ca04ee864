package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
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
import io.netty.buffer.ByteBufOutputStream;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Writes answers: one JSON object and behind it the bytes of the outputs that were asked for as bytes. */
final class InferResponseWriter {

    static final AsciiString JSON_LENGTH = HttpHeaderNames.of("inference-header-content-length");

    private final JsonFactory factory = new JsonFactory();

    HttpResponse write(InferRequest request, InferenceOutcome.Answered answer, ByteBufAllocator pool) {
        int bytes =
                answer.outputs().stream().mapToInt(o -> o.data().remaining()).sum();
        ByteBuf body = pool.directBuffer(256 + bytes);
        try {
            writeJson(request, answer, body);
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
            HttpResponse response = HttpResponse.of(headers.build(), HttpData.wrap(body.retain()));
            return response;
        } finally {
            body.release();
        }
    }

    private void writeJson(InferRequest request, InferenceOutcome.Answered answer, ByteBuf body) {
        try (OutputStream bytes = new ByteBufOutputStream(body);
                JsonGenerator json = factory.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model_name", answer.model());
            json.writeStringField("model_version", answer.version());
            if (request.id().isPresent()) {
                json.writeStringField("id", request.id().get());
            }
            json.writeObjectFieldStart("parameters");
            json.writeStringField("variant", answer.variant());
            json.writeEndObject();
            json.writeArrayFieldStart("outputs");
            for (Tensor output : answer.outputs()) {
                writeOutput(json, output, request.isBinary(output.name()));
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeOutput(JsonGenerator json, Tensor output, boolean binary) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", output.name());
        json.writeStringField("datatype", output.type().name());
        json.writeFieldName("shape");
        long[] shape = output.shape().toArray();
        json.writeArray(shape, 0, shape.length);
        if (binary) {
            json.writeObjectFieldStart("parameters");
            json.writeNumberField(Parameters.BINARY_DATA_SIZE, output.data().remaining());
            json.writeEndObject();
        } else {
            json.writeFieldName("data");
            OutputData.write(json, output);
        }
        json.writeEndObject();
    }
}
