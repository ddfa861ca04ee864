package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.kilter.runtime.exchange.Deadlines;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.exchange.Priorities;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.TensorMemory;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads inference requests: JSON, or JSON with the inputs' bytes behind it, in one pass and into the tensors' memory.
 */
final class InferRequestReader {

    private final Limits limits;
    private final JsonFactory factory;

    InferRequestReader(Limits limits) {
        this.limits = limits;
        this.factory = RequestBody.factory(limits);
    }

    /**
     * @param jsonLength the header {@code Inference-Header-Content-Length}; empty: all JSON
     * @throws Rejection invalid
     */
    InferRequest read(ByteBuf bytes, Optional<String> jsonLength, TensorMemory memory) {
        RequestBody body = new RequestBody(factory, bytes, jsonLength);
        try (JsonParser json = body.parse()) {
            InferRequest request = new Reading(body, memory).read(json);
            if (json.nextToken() != null) {
                throw Rejection.invalid("body", "more behind the JSON object", "one JSON object");
            }
            body.checkAllTaken();
            return request;
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
            throw Rejection.invalid("body: not JSON within this server's limits: " + e.getOriginalMessage() + where);
        } catch (
                IOException
                        e) { // out of memory nothing else can fail: not UTF-8, and not the UTF-16 or 32 it looks like
            throw Rejection.invalid("body: not JSON within this server's limits: " + e.getMessage());
        }
    }

    private final class Reading {

        private final RequestBody body;
        private final TensorMemory memory;
        private final List<Tensor> inputs = new ArrayList<>();
        private final Map<String, InferRequest.RequestedOutput> outputs = new LinkedHashMap<>();
        private Optional<String> id = Optional.empty();
        private Parameters parameters = Parameters.none("parameters");

        Reading(RequestBody body, TensorMemory memory) {
            this.body = body;
            this.memory = memory;
        }

        InferRequest read(JsonParser json) throws IOException {
            json.nextToken();
            JsonFields.expect(json, JsonToken.START_OBJECT, "body", "a JSON object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "id" -> id = Optional.of(JsonFields.text(json, "id", limits.nameLength()));
                    case "parameters" -> parameters = Parameters.read(json, "parameters");
                    case "inputs" -> readInputs(json);
                    case "outputs" -> readOutputs(json);
                    default -> json.skipChildren();
                }
            }
            if (inputs.isEmpty()) {
                throw Rejection.invalid("inputs", "none", "at least one");
            }
            parameters.refuse("sequence_id", "sequence_start", "sequence_end");
            OptionalLong timeout = parameters.number(Parameters.TIMEOUT);
            timeout.ifPresent(micros -> Deadlines.micros("parameters.timeout", micros));
            OptionalLong priority = parameters.number(Parameters.PRIORITY);
            return new InferRequest(
                    id,
                    inputs,
                    outputs,
                    parameters.bool(Parameters.BINARY_DATA_OUTPUT).orElse(false),
                    timeout,
                    Priorities.checked("parameters.priority", priority.orElse(0)));
        }

        private void readInputs(JsonParser json) throws IOException {
            JsonFields.expect(json, JsonToken.START_ARRAY, "inputs", "an array");
            Set<String> names = new HashSet<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                String field = "inputs[" + inputs.size() + "]";
                checkCount("inputs", inputs.size());
                Tensor input = new InputReader(body, memory, limits, field).read(json);
                if (!names.add(input.name())) {
                    throw Rejection.invalid(field + ".name", input.name() + ", a second time", "each input once");
                }
                inputs.add(input);
            }
        }

        private void readOutputs(JsonParser json) throws IOException {
            JsonFields.expect(json, JsonToken.START_ARRAY, "outputs", "an array");
            while (json.nextToken() != JsonToken.END_ARRAY) {
                String field = "outputs[" + outputs.size() + "]";
                checkCount("outputs", outputs.size());
                InferRequest.RequestedOutput output = readOutput(json, field);
                if (outputs.put(output.name(), output) != null) {
                    throw Rejection.invalid(field + ".name", output.name() + ", a second time", "each output once");
                }
            }
        }

        private InferRequest.RequestedOutput readOutput(JsonParser json, String field) throws IOException {
            JsonFields.expect(json, JsonToken.START_OBJECT, field, "an object");
            String name = null;
            Parameters own = Parameters.none(field + ".parameters");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "name" -> name = JsonFields.text(json, field + ".name", limits.nameLength());
                    case "parameters" -> own = Parameters.read(json, field + ".parameters");
                    default -> json.skipChildren();
                }
            }
            if (name == null) {
                throw Rejection.invalid(field + ".name", "missing", "a value");
            }
            own.refuse("classification", "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset");
            return new InferRequest.RequestedOutput(name, own.bool(Parameters.BINARY_DATA));
        }

        private void checkCount(String field, int count) {
            if (count == limits.tensors()) {
                throw Rejection.invalid(field, "more than " + count, "at most " + count);
            }
        }
    }
}
