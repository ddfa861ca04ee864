package dev.kilter.runtime.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The direct buffers of one request's tensors, taken from the server's pool and given back together when the request
 * has been answered. For one thread at a time.
 */
public final class TensorMemory implements AutoCloseable {

    private final ByteBufAllocator pool;
    private final Queue<ByteBuf> taken = new ArrayDeque<>();

    TensorMemory(ByteBufAllocator pool) {
        this.pool = pool;
    }

    /** An empty buffer of that capacity; it grows when written beyond. */
    ByteBuf take(int capacity) {
        ByteBuf buffer = pool.directBuffer(capacity);
        taken.add(buffer);
        return buffer;
    }

    /** Keeps a buffer that tensors point into until the request has been answered; it is released then. */
    public ByteBuf keep(ByteBuf buffer) {
        taken.add(buffer);
        return buffer;
    }

    @Override
    public void close() {
        for (ByteBuf buffer = taken.poll(); buffer != null; buffer = taken.poll()) {
            buffer.release();
        }
    }
}
