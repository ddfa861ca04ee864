package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kilter.runtime.exchange.Rejection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads single members of a request, each with a complaint that names it. */
final class JsonFields {

    private JsonFields() {}

    static void expect(JsonParser json, JsonToken token, String field, String expected) throws IOException {
        if (json.currentToken() != token) {
            throw Rejection.invalid(field, describe(json), expected);
        }
    }

    static String text(JsonParser json, String field, int maxLength) throws IOException {
        expect(json, JsonToken.VALUE_STRING, field, "a string");
        if (json.getTextLength() > maxLength) {
            throw Rejection.invalid(field, json.getTextLength() + " characters", "at most " + maxLength);
        }
        String text = json.getText();
        if (!isUnicode(text)) {
            throw Rejection.invalid(field, "half of a surrogate pair", "Unicode text"); // no answer could repeat it
        }
        return text;
    }

    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                return false;
            }
        }
        return true;
    }

    static List<Long> wholeNumbers(JsonParser json, String field, int maxCount) throws IOException {
        expect(json, JsonToken.START_ARRAY, field, "an array of whole numbers");
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (numbers.size() == maxCount) {
                throw Rejection.invalid(field, "more than " + maxCount + " dimensions", "at most " + maxCount);
            }
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw Rejection.invalid(field + "[" + numbers.size() + "]", describe(json), "a whole number");
            }
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw Rejection.invalid(
                        field + "[" + numbers.size() + "]", json.getText(), "a whole number of 64 bits");
            }
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    /** The value that the parser stands on, short enough for a message. */
    static String describe(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_NULL -> "null";
            case VALUE_STRING -> json.getTextLength() > 40 ? "a string" : '"' + json.getText() + '"';
            case null -> "nothing";
            default -> json.getTextLength() > 40 ? "a value" : json.getText();
        };
    }
}
