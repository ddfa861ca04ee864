package dev.kilter.runtime.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Dimensions, outermost first; in a signature -1 stands for a dimension that varies. */
public record Shape(List<Long> dimensions) {

    /** More dimensions are not served. */
    public static final int MAX_RANK = 32;

    public Shape {
        dimensions = List.copyOf(dimensions);
    }

    /** The shape of these dimensions. */
    public static Shape of(long... dimensions) {
        return new Shape(LongStream.of(dimensions).boxed().toList());
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
        return dimensions.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /** The dimensions as an array of the caller's own. */
    public long[] toArray() {
        return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
        return Arrays.toString(toArray());
    }
}
