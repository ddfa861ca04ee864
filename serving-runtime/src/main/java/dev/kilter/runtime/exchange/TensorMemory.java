package dev.kilter.runtime.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The direct buffers of one request, its body and its tensors, taken from the server's pool within the budget of all
 * requests and given back together when the request has been answered. For one thread at a time.
 */
public final class TensorMemory implements AutoCloseable {

    private final ByteBufAllocator pool;
    private final BodyBudget budget;
    private final Queue<ByteBuf> taken = new ArrayDeque<>(2);
    private long bytes;

    /** Memory that is not a request's of an {@link Exchange}. */
    public TensorMemory(ByteBufAllocator pool, BodyBudget budget) {
        this.pool = pool;
        this.budget = budget;
    }

    /**
     * An empty buffer of that capacity; it grows when written beyond.
     *
     * @throws Rejection refused, if all requests together hold too much
     */
    public ByteBuf take(int capacity) {
        reserve(capacity);
        return keep(pool.directBuffer(capacity));
    }

    /**
     * Makes room in a buffer that came from here.
     *
     * @throws Rejection refused, if all requests together hold too much
     */
    public void grow(ByteBuf buffer, int capacity) {
        reserve(capacity - buffer.capacity());
        buffer.capacity(capacity);
    }

    /**
     * Counts bytes that come into a buffer of this request.
     *
     * @throws Rejection refused, if all requests together hold too much
     */
    void reserve(long more) {
        budget.take(more);
        bytes += more;
    }

    /** Keeps a buffer whose bytes are reserved until the request has been answered; it is released then. */
    ByteBuf keep(ByteBuf buffer) {
        taken.add(buffer);
        return buffer;
    }

    /** Complains already now about a body that does not fit. */
    void expect(long more) {
        budget.expect(more);
    }

    @Override
    public void close() {
        for (ByteBuf buffer = taken.poll(); buffer != null; buffer = taken.poll()) {
            buffer.release();
        }
        budget.give(bytes);
        bytes = 0;
    }
}
