package dev.kilter.runtime.exchange;

/**
 * What one request may ask for; checked before memory is taken.
 *
 * @param bodyBytes of a request, on the wire and after decompression
 * @param predictBytes of a request to the predict method, whose every value becomes an object
 * @param elements of one tensor
 * @param tensors inputs of one request, and outputs asked for
 * @param rank dimensions of one tensor
 * @param nesting depth of a JSON document
 * @param nameLength characters of a name or an id
 */
public record Limits(
        int bodyBytes, int predictBytes, long elements, int tensors, int rank, int nesting, int nameLength) {

    /** 64 MiB, 4 MiB for predict, 16 Mi elements, 64 tensors of 8 dimensions, JSON 32 deep, names of 256 characters. */
    public static final Limits DEFAULT = new Limits(64 << 20, 4 << 20, 16 << 20, 64, 8, 32, 256);

    public Limits {
        positive("bodyBytes", bodyBytes);
        positive("predictBytes", predictBytes);
        positive("elements", elements);
        positive("tensors", tensors);
        positive("rank", rank);
        positive("nesting", nesting);
        positive("nameLength", nameLength);
    }

    private static void positive(String field, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: >= 1)");
        }
    }
}
