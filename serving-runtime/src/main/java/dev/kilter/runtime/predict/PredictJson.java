package dev.kilter.runtime.predict;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kilter.protocol.predict.InferenceRequest;
import dev.kilter.protocol.predict.InferenceResponse;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The predict method's two messages in their JSON form (https://protobuf.dev/programming-guides/json): members that are
 * not known are passed over, those that are null or empty count as left out.
 */
final class PredictJson {

    private static final JsonFactory WRITING = new JsonFactory();

    private final JsonFactory reading;

    PredictJson(Limits limits) {
        this.reading = JsonFactory.builder()
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.nesting())
                        .maxNameLength(limits.nameLength())
                        .maxStringLength(limits.predictBytes())
                        .maxDocumentLength(limits.predictBytes())
                        .build())
                .build();
    }

    /** @throws Rejection invalid, if that is no request */
    InferenceRequest read(ByteBuf body) {
        try (InputStream bytes = new ByteBufInputStream(body.duplicate());
                JsonParser parser = reading.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw noRequest("");
            }
            InferenceRequest request = request(parser);
            if (parser.nextToken() != null) {
                throw noRequest(": something follows it");
            }
            return request;
        } catch (JsonProcessingException e) {
            throw noRequest(": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Rejection noRequest(String why) {
        return Rejection.invalid(
                "body: not a request" + why + " (expected: {\"model\": \"NAME\", \"instances\": […]})");
    }

    private static InferenceRequest request(JsonParser parser) throws IOException {
        InferenceRequest.Builder request = InferenceRequest.newBuilder();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (member) {
                case "model" -> request.setModel(text(member, parser));
                case "id" -> request.setId(text(member, parser));
                case "instances" -> {
                    if (value != JsonToken.START_ARRAY) {
                        throw noRequest(": " + member + " is no list");
                    }
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        request.addInstances(value(parser));
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return request.build();
    }

    private static String text(String member, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw noRequest(": " + member + " is no text");
        }
        return parser.getText();
    }

    private static Value value(JsonParser parser) throws IOException {
        Value.Builder value = Value.newBuilder();
        return switch (parser.currentToken()) {
            case VALUE_STRING -> value.setStringValue(parser.getText()).build();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                value.setNumberValue(parser.getDoubleValue()).build();
            case VALUE_TRUE -> value.setBoolValue(true).build();
            case VALUE_FALSE -> value.setBoolValue(false).build();
            case VALUE_NULL -> value.setNullValue(NullValue.NULL_VALUE).build();
            case START_ARRAY -> {
                ListValue.Builder list = ListValue.newBuilder();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.addValues(value(parser));
                }
                yield value.setListValue(list).build();
            }
            case START_OBJECT -> {
                Struct.Builder struct = Struct.newBuilder();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String member = parser.currentName();
                    parser.nextToken();
                    struct.putFields(member, value(parser));
                }
                yield value.setStructValue(struct).build();
            }
            case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("a parser of JSON gave " + parser.currentToken());
        };
    }

    /** The response in a buffer that the caller releases. */
    static ByteBuf write(InferenceResponse response, ByteBufAllocator pool) {
        ByteBuf buffer = pool.buffer();
        try (JsonGenerator json = WRITING.createGenerator((OutputStream) new ByteBufOutputStream(buffer))) {
            json.writeStartObject();
            member(json, "model", response.getModel());
            member(json, "variant", response.getVariant());
            member(json, "id", response.getId());
            json.writeArrayFieldStart("predictions");
            for (Value prediction : response.getPredictionsList()) {
                write(prediction, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            buffer.release();
            throw new UncheckedIOException(e);
        }
        return buffer;
    }

    private static void member(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private static void write(Value value, JsonGenerator json) throws IOException {
        switch (value.getKindCase()) {
            case STRING_VALUE -> json.writeString(value.getStringValue());
            case NUMBER_VALUE -> json.writeNumber(value.getNumberValue());
            case BOOL_VALUE -> json.writeBoolean(value.getBoolValue());
            case NULL_VALUE, KIND_NOT_SET -> json.writeNull();
            case LIST_VALUE -> {
                json.writeStartArray();
                for (Value element : value.getListValue().getValuesList()) {
                    write(element, json);
                }
                json.writeEndArray();
            }
            case STRUCT_VALUE -> {
                json.writeStartObject();
                for (Map.Entry<String, Value> member :
                        value.getStructValue().getFieldsMap().entrySet()) {
                    json.writeFieldName(member.getKey());
                    write(member.getValue(), json);
                }
                json.writeEndObject();
            }
        }
    }
}
