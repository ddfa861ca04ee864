package dev.kilter.gateway.proxy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;

/** Reads the member {@code model} of a JSON object, stopping where it is found; other members are skipped unread. */
final class JsonModel {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonModel() {}

    /**
     * The member's value.
     *
     * @return empty if there is no such member
     * @throws IOException if the body, as far as it was read, is not a JSON object with a string there; deeper nesting
     *     than the parser's bound is such a fault too
     */
    static String read(InputStream body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("body: not a JSON object (expected: {\"model\": ..., \"instances\": [...]})");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals("model");
                JsonToken value = parser.nextToken();
                if (found && value != JsonToken.VALUE_STRING) {
                    throw new IOException("model: not a string (expected: the InferenceDeployment's name)");
                }
                if (found) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            return "";
        }
    }
}
