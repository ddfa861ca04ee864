package dev.kilter.runtime.exchange;

/**
 * What one request may ask for, and all of them together; checked before memory is taken.
 *
 * @param bodyBytes of a request, on the wire and after decompression
 * @param predictBytes of a request to the predict method, whose every value becomes an object
 * @param heldBytes of the bodies, and the tensors decoded from them, of all requests at a time
 * @param elements of one tensor
 * @param tensors inputs of one request, and outputs asked for
 * @param rank dimensions of one tensor
 * @param nesting depth of a JSON document
 * @param nameLength characters of a name or an id
 */
public record Limits(
        int bodyBytes,
        int predictBytes,
        long heldBytes,
        long elements,
        int tensors,
        int rank,
        int nesting,
        int nameLength) {

    private static final int LARGEST_BODY = 64 << 20;

    /**
     * 64 MiB, 4 MiB for predict, 16 Mi elements, 64 tensors of 8 dimensions, JSON 32 deep, names of 256 characters; all
     * together half of the memory that the JVM may use outside its heap, which is as much as its heap, and at least one
     * body of the largest size.
     */
    public static final Limits DEFAULT = new Limits(
            LARGEST_BODY,
            4 << 20,
            Math.max(LARGEST_BODY, Runtime.getRuntime().maxMemory() / 2),
            16 << 20,
            64,
            8,
            32,
            256);

    public Limits {
        positive("bodyBytes", bodyBytes);
        positive("predictBytes", predictBytes);
        positive("heldBytes", heldBytes);
        positive("elements", elements);
        positive("tensors", tensors);
        positive("rank", rank);
        positive("nesting", nesting);
        positive("nameLength", nameLength);
    }

    /** What answers may hold that clients have not taken yet, before no more is run: half of what bodies may. */
    long heldAnswerBytes() {
        return heldBytes / 2;
    }

    private static void positive(String field, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: >= 1)");
        }
    }
}
