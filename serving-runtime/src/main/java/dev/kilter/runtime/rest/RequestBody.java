package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A request's body: JSON, and behind it the bytes of the binary inputs in their order. */
final class RequestBody {

    private final JsonFactory factory;
    private final ByteBuf json;
    private final ByteBuf binary;

    /**
     * @param jsonLength of the header {@code Inference-Header-Content-Length}; empty: all of the body
     * @throws Rejection invalid, if that is no length within the body
     */
    RequestBody(JsonFactory factory, ByteBuf body, Optional<String> jsonLength) {
        int length = jsonLength
                .map(text -> checkedLength(text, body.readableBytes()))
                .orElse(body.readableBytes());
        this.factory = factory;
        this.json = body.slice(body.readerIndex(), length);
        this.binary = body.slice(body.readerIndex() + length, body.readableBytes() - length);
    }

    /** A factory whose parsers stop where the limits are. */
    static JsonFactory factory(Limits limits) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // load generators send a bare NaN
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.nesting())
                        .maxNameLength(limits.nameLength())
                        .maxStringLength(limits.bodyBytes())
                        .maxNumberLength(100)
                        .maxDocumentLength(limits.bodyBytes())
                        .build())
                .build();
    }

    int jsonLength() {
        return json.readableBytes();
    }

    JsonParser parse() throws IOException {
        return parseFrom(0);
    }

    /** Parses from a value that begins there. */
    JsonParser parseFrom(long offset) throws IOException {
        int from = Math.toIntExact(offset);
        InputStream bytes = new ByteBufInputStream(json.slice(from, json.readableBytes() - from));
        return factory.createParser(bytes);
    }

    /** The bytes of the next binary input. */
    ByteBuf takeBinary(String field, long size) {
        if (size < 0 || size > binary.readableBytes()) {
            throw Rejection.invalid(field, size, "at most the " + binary.readableBytes() + " bytes that are left");
        }
        return binary.readSlice((int) size);
    }

    /** Complains about bytes that belong to no input. */
    void checkAllTaken() {
        if (binary.isReadable()) {
            throw Rejection.invalid(
                    "body",
                    binary.readableBytes() + " bytes behind the inputs",
                    "as many as the inputs' binary_data_size together");
        }
    }

    private static int checkedLength(String text, int bodyLength) {
        try {
            int length = Integer.parseInt(text);
            if (length >= 0 && length <= bodyLength) {
                return length;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Rejection.invalid(
                "Inference-Header-Content-Length", text, "a whole number of bytes within the body of " + bodyLength);
    }
}
