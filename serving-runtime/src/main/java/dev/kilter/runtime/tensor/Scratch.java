package dev.kilter.runtime.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory that is used anew for each batch. It grows to what a batch needs; a block beyond {@value #RETAINED}
 * bytes is given back before the next one. For one thread at a time.
 */
public final class Scratch implements AutoCloseable {

    /** Bytes that are kept between batches. */
    public static final long RETAINED = 16L << 20;

    /** Each buffer starts at such an address: a cache line, and enough for every vector unit. */
    private static final long ALIGNMENT = 64;

    private static final MemorySegment NOTHING = MemorySegment.ofAddress(0);

    private Arena arena = Arena.ofShared();
    private MemorySegment block = NOTHING;
    private long used;

    /** Starts a batch that takes buffers of these sizes: what was taken before is void. */
    @SuppressWarnings("MustBeClosedChecker") // closed by the next growth, or with this
    public void begin(long... sizes) {
        long needed = 0;
        for (long size : sizes) {
            needed = Math.addExact(needed, aligned(size));
        }
        used = 0;
        boolean oversize = block.byteSize() > RETAINED && needed <= RETAINED;
        if (needed > block.byteSize() || oversize) {
            arena.close();
            arena = Arena.ofShared();
            block = NOTHING; // should the next line find no memory
            block = arena.allocate(Math.max(needed, ALIGNMENT), ALIGNMENT);
        }
    }

    /**
     * The next buffer, little-endian, direct; its content is whatever was there. Void once the next batch begins.
     *
     * @throws IndexOutOfBoundsException if it is more than was begun with
     */
    public ByteBuffer take(int size) {
        ByteBuffer buffer = block.asSlice(used, size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        used += aligned(size);
        return buffer;
    }

    private static long aligned(long size) {
        return Math.addExact(size, ALIGNMENT - 1) & -ALIGNMENT;
    }

    @Override
    public void close() {
        arena.close();
        block = NOTHING;
    }
}
