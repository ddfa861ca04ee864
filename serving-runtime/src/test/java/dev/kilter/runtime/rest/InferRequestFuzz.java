package dev.kilter.runtime.rest;

import dev.kilter.runtime.exchange.BodyBudget;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.fuzz.Campaign;
import dev.kilter.runtime.server.RunningEdge;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** REST bodies, decoded and, where they are good, encoded again: nothing but a {@link Rejection}, no memory kept. */
class InferRequestFuzz {

    private static final List<String> WORDS = List.of(
            "\"inputs\":[",
            "\"data\":[",
            "\"shape\":[",
            "\"datatype\":\"FP32\"",
            "\"INT64\"",
            "\"BYTES\"",
            "\"FP16\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            "null",
            "true",
            "1e999",
            "-1",
            "9223372036854775808",
            "NaN",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"binary_data_size\":",
            "\"outputs\":[{\"name\":\"x\"}]",
            "\u00ff\u00fe",
            "0.1e-400");

    private final BodyBudget budget = new BodyBudget(RunningEdge.LIMITS.heldBytes());
    private final InferRequestReader reader = new InferRequestReader(RunningEdge.LIMITS);
    private final InferResponseWriter writer = new InferResponseWriter();

    @Test
    void json() {
        Campaign.run("REST JSON", Campaign.corpus("json"), WORDS, input -> decode(input, Optional.empty()));
    }

    /** The JSON is as long as the first line. */
    @Test
    void binary() {
        Campaign.run("REST binary", Campaign.corpus("binary"), WORDS, input -> {
            int line = new String(input, StandardCharsets.ISO_8859_1).indexOf('\n');
            decode(input, Optional.of(Integer.toString(line + 1)));
        });
    }

    @Test
    void raw() {
        ServedModel model = new FakeModelServer()
                .with("m", new TensorSpec("x", DataType.INT16, Shape.of(-1, 3, -1)))
                .model("m")
                .orElseThrow();
        Campaign.run(
                "REST raw",
                Campaign.corpus("json"),
                WORDS,
                input -> within(input, (body, memory) -> RawRequest.read(model, body, memory, RunningEdge.LIMITS)));
    }

    private void decode(byte[] input, Optional<String> jsonLength) {
        within(input, (body, memory) -> reader.read(body, jsonLength, memory));
    }

    private interface Decoding {
        InferRequest decode(ByteBuf body, TensorMemory memory);
    }

    private void within(byte[] input, Decoding decoding) {
        try (TensorMemory memory = new TensorMemory(ByteBufAllocator.DEFAULT, budget)) {
            ByteBuf body = memory.take(input.length).writeBytes(input);
            InferRequest request = decoding.decode(body, memory);
            writer.write(
                            request,
                            new InferenceOutcome.Answered("m", "1", "v", request.inputs()),
                            ByteBufAllocator.DEFAULT,
                            _ -> {})
                    .aggregate()
                    .join();
        } catch (Rejection expected) {
            // told to the caller
        }
        if (budget.held() != 0) {
            throw new IllegalStateException(budget.held() + " bytes kept");
        }
    }
}
