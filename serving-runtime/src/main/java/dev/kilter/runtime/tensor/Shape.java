package dev.kilter.runtime.tensor;

import java.util.Arrays;
import java.util.List;

/** Dimensions, outermost first; in a signature -1 stands for a dimension that varies. */
public record Shape(List<Long> dimensions) {

    /** More dimensions are not served. */
    public static final int MAX_RANK = 32;

    public Shape {
        dimensions = List.copyOf(dimensions);
    }

    /** The shape of these dimensions. */
    public static Shape of(long... dimensions) {
        Long[] boxed = new Long[dimensions.length];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = dimensions[i];
        }
        return new Shape(List.of(boxed));
    }

    /** The same shape with another first dimension; its rank is at least 1. */
    public Shape withFirst(long dimension) {
        Long[] boxed = dimensions.toArray(Long[]::new);
        boxed[0] = dimension;
        return new Shape(List.of(boxed));
    }

    /** The number of dimensions. */
    public int rank() {
        return dimensions.size();
    }

    /**
     * How many elements a tensor of this shape has; 1 for rank 0.
     *
     * @throws ArithmeticException if that is more than a long holds
     */
    public long elements() {
        long elements = 1;
        for (int i = 0; i < dimensions.size(); i++) {
            elements = Math.multiplyExact(elements, dimensions.get(i));
        }
        return elements;
    }

    /** The dimensions as an array of the caller's own. */
    public long[] toArray() {
        long[] array = new long[dimensions.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = dimensions.get(i);
        }
        return array;
    }

    @Override
    public String toString() {
        return Arrays.toString(toArray());
    }
}
