package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.exchange.TensorBuilder;
import dev.kilter.runtime.tensor.Shape;
import java.io.IOException;

/** The member {@code data} of a JSON tensor: one flat array, or arrays nested exactly as the shape says. */
final class TensorData {

    private final JsonParser json;
    private final String field;
    private final Shape shape;
    private final TensorBuilder tensor;

    private TensorData(JsonParser json, String field, Shape shape, TensorBuilder tensor) {
        this.json = json;
        this.field = field;
        this.shape = shape;
        this.tensor = tensor;
    }

    /** Moves the values that the parser stands on into the tensor, without anything in between. */
    static void read(JsonParser json, String field, Shape shape, TensorBuilder tensor) throws IOException {
        JsonFields.expect(json, JsonToken.START_ARRAY, field, "an array");
        TensorData data = new TensorData(json, field, shape, tensor);
        if (json.nextToken() == JsonToken.START_ARRAY) {
            data.readNested(0);
        } else {
            data.readFlat();
        }
    }

    private void readFlat() throws IOException {
        while (json.currentToken() != JsonToken.END_ARRAY) {
            add();
            json.nextToken();
        }
    }

    /** Stands on the first token inside the array of that dimension; leaves on its end. */
    private void readNested(int dimension) throws IOException {
        long size = dimension < shape.rank() ? shape.dimensions().get(dimension) : 0;
        boolean innermost = dimension == shape.rank() - 1;
        long count = 0;
        for (; json.currentToken() != JsonToken.END_ARRAY; json.nextToken(), count++) {
            if (count == size) {
                throw wrongLength("more than " + size, dimension);
            }
            if (innermost) {
                add();
            } else {
                JsonFields.expect(json, JsonToken.START_ARRAY, field, "arrays nested as in shape " + shape);
                json.nextToken();
                readNested(dimension + 1);
            }
        }
        if (count != size) {
            throw wrongLength(Long.toString(count), dimension);
        }
    }

    private Rejection wrongLength(String length, int dimension) {
        return Rejection.invalid(
                field, "an array of " + length + " at depth " + (dimension + 1), "nested as in shape " + shape);
    }

    private void add() throws IOException {
        switch (json.currentToken()) {
            case VALUE_NUMBER_INT -> addInteger();
            case VALUE_NUMBER_FLOAT -> tensor.add(json.getDoubleValue());
            case VALUE_TRUE -> tensor.add(true);
            case VALUE_FALSE -> tensor.add(false);
            case VALUE_STRING -> tensor.add(json.getText());
            case null, default -> throw tensor.unexpected(JsonFields.describe(json));
        }
    }

    private void addInteger() throws IOException {
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            tensor.add(json.getBigIntegerValue());
        } else {
            tensor.add(json.getLongValue());
        }
    }
}
