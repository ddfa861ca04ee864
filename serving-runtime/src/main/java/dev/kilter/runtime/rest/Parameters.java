package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kilter.runtime.exchange.Rejection;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The {@code parameters} of a request, an input or an output: scalars by name. */
record Parameters(String field, Map<String, Object> values) {

    static final String BINARY_DATA_SIZE = "binary_data_size";
    static final String BINARY_DATA = "binary_data";
    static final String BINARY_DATA_OUTPUT = "binary_data_output";
    static final String TIMEOUT = "timeout";
    static final String PRIORITY = "priority";

    static Parameters none(String field) {
        return new Parameters(field, Map.of());
    }

    /** Reads the object that the parser stands on. */
    static Parameters read(JsonParser json, String field) throws IOException {
        JsonFields.expect(json, JsonToken.START_OBJECT, field, "an object");
        Map<String, Object> values = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            if (token.isStructStart()) {
                throw Rejection.invalid(field + "." + name, "an object or array", "a string, a number or a boolean");
            }
            values.put(name, token == JsonToken.VALUE_NUMBER_INT ? json.getNumberValue() : scalar(json, token));
        }
        return new Parameters(field, values);
    }

    private static Object scalar(JsonParser json, JsonToken token) throws IOException {
        return token.isBoolean() ? json.getBooleanValue() : json.getText();
    }

    Optional<Boolean> bool(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Boolean value -> Optional.of(value);
            case Object other -> throw Rejection.invalid(field + "." + name, other, "true or false");
        };
    }

    OptionalLong number(String name) {
        return switch (values.get(name)) {
            case null -> OptionalLong.empty();
            case Integer value -> OptionalLong.of(value);
            case Long value -> OptionalLong.of(value);
            case Object other -> throw Rejection.invalid(field + "." + name, other, "a whole number");
        };
    }

    /** Refuses what changes the meaning of a request and is not spoken here. */
    void refuse(String... names) {
        for (String name : names) {
            if (values.containsKey(name)) {
                throw Rejection.invalid(field + "." + name, values.get(name), "left out: not supported by this server");
            }
        }
    }
}
