package dev.kilter.runtime.exchange;

import dev.kilter.runtime.tensor.Shape;
import java.util.List;

/** Checks the shape of a tensor that a request brings, before memory is taken for it. */
public final class Shapes {

    private Shapes() {}

    /**
     * The shape, if every dimension is at least 1 and rank and element count are within the limits.
     *
     * @param field where the shape stands in the request, for the message
     * @throws Rejection invalid
     */
    public static Shape checked(String field, List<Long> dimensions, Limits limits) {
        if (dimensions.size() > limits.rank()) {
            throw Rejection.invalid(field, dimensions.size() + " dimensions", "at most " + limits.rank());
        }
        long elements = 1;
        for (int i = 0; i < dimensions.size(); i++) {
            long size = dimensions.get(i);
            if (size < 1) {
                throw Rejection.invalid(field + "[" + i + "]", size, ">= 1");
            }
            if (size > limits.elements() / elements) {
                throw Rejection.invalid(field, dimensions, "at most " + limits.elements() + " elements");
            }
            elements *= size;
        }
        return new Shape(dimensions);
    }
}
