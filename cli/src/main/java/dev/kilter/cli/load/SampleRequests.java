package dev.kilter.cli.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests that fit a model, made from its Open Inference Protocol metadata: one instance each, every variable
 * dimension taken as 1; sentences for text, zeros for numbers. Speed is what they are good for, not answers.
 */
public final class SampleRequests {

    private static final List<String> SENTENCES = List.of(
            "The train to the coast leaves at noon.",
            "How do I change the address on my account?",
            "A light rain fell while we waited for the ferry.",
            "Please send the invoice again, the first one never arrived.",
            "She has played the cello since she was seven.",
            "What is the fee for a transfer abroad?",
            "The recipe asks for two eggs and a pinch of salt.",
            "My card was declined although there is money on it.");

    private SampleRequests() {}

    /**
     * Bodies for {@code POST /v2/models/NAME/infer}, in JSON; outputs come back binary.
     *
     * @param metadata the answer of {@code GET /v2/models/NAME}
     */
    public static List<String> of(JsonNode metadata) {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < SENTENCES.size(); i++) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putObject("parameters").put("binary_data_output", true);
            ArrayNode inputs = body.putArray("inputs");
            for (JsonNode input : metadata.path("inputs")) {
                inputs.add(input(input, SENTENCES.get(i)));
            }
            bodies.add(body.toString());
        }
        return List.copyOf(bodies);
    }

    private static ObjectNode input(JsonNode described, String sentence) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        input.put("name", described.path("name").asText());
        String datatype = described.path("datatype").asText();
        input.put("datatype", datatype);
        long elements = 1;
        ArrayNode shape = input.putArray("shape");
        for (JsonNode dimension : described.path("shape")) {
            long size = Math.max(1, dimension.asLong());
            shape.add(size);
            elements *= size;
        }
        ArrayNode data = input.putArray("data");
        for (long i = 0; i < elements; i++) {
            switch (datatype) {
                case "BYTES" -> data.add(sentence);
                case "BOOL" -> data.add(false);
                default -> data.add(0);
            }
        }
        return input;
    }
}
