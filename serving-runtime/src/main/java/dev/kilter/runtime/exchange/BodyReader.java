package dev.kilter.runtime.exchange;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Receives a body whole. One that arrives in one piece, as small ones do, is taken as it is; the pieces of another are
 * copied together as they come, so that none of them keeps a whole receive buffer alive. Runs on the event loop.
 */
public final class BodyReader implements Subscriber<HttpObject> {

    private final ServiceRequestContext ctx;
    private final TensorMemory memory;
    private final Duration patience;
    private final long declared;
    private final CompletableFuture<ByteBuf> whole = new CompletableFuture<>();
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private boolean ours;
    private Future<?> timer;

    private BodyReader(ServiceRequestContext ctx, TensorMemory memory, Duration patience, long declared) {
        this.ctx = ctx;
        this.memory = memory;
        this.patience = patience;
        this.declared = declared;
    }

    /**
     * The body, kept in {@code memory}. Fails with a {@link Rejection} if it finds no room or is too slow, else with
     * what broke the request.
     *
     * @param patience from the first piece to the last
     */
    public static CompletableFuture<ByteBuf> read(
            ServiceRequestContext ctx, HttpRequest request, TensorMemory memory, Duration patience) {
        BodyReader reader =
                new BodyReader(ctx, memory, patience, request.headers().contentLength());
        request.subscribe(reader, ctx.eventLoop().withoutContext(), SubscriptionOption.WITH_POOLED_OBJECTS);
        return reader.whole;
    }

    @Override
    public void onSubscribe(Subscription to) {
        to.request(Long.MAX_VALUE);
        try {
            memory.expect(declared);
        } catch (Rejection e) {
            fail(e);
        }
    }

    @Override
    public void onNext(HttpObject piece) {
        if (!(piece instanceof HttpData data)) {
            return; // trailers
        }
        if (whole.isDone() || data.isEmpty()) {
            data.close();
            return;
        }
        try {
            add(data.byteBuf());
            boolean more = declared < 0 ? !data.isEndOfStream() : body.readableBytes() < declared;
            if (timer == null && more) {
                timer = ctx.eventLoop()
                        .withoutContext()
                        .schedule(this::tooSlow, patience.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (Rejection e) {
            fail(e);
        }
    }

    private void add(ByteBuf piece) {
        int bytes = piece.readableBytes();
        if (!body.isReadable()) {
            try {
                memory.reserve(bytes);
            } catch (Rejection e) {
                piece.release();
                throw e;
            }
            body = memory.keep(piece.isDirect() ? piece : direct(piece));
            return;
        }
        try {
            makeRoom(bytes);
            body.writeBytes(piece);
        } finally {
            piece.release();
        }
    }

    private static ByteBuf direct(ByteBuf piece) {
        try {
            return piece.alloc().directBuffer(piece.readableBytes()).writeBytes(piece);
        } finally {
            piece.release();
        }
    }

    /** Grows by doubling, never beyond what was declared, and counts the capacity, not only what is in it. */
    private void makeRoom(int bytes) {
        int length = body.readableBytes();
        if (ours && body.writableBytes() >= bytes) {
            return;
        }
        long most = declared >= length + bytes ? declared : Math.max(ctx.maxRequestLength(), length + bytes);
        int capacity = (int) Math.min(most, Math.max(length + bytes, 2L * length));
        if (ours) {
            memory.grow(body, capacity);
        } else {
            body = memory.take(capacity).writeBytes(body);
            ours = true;
        }
    }

    private void tooSlow() {
        fail(Rejection.expired("body: " + body.readableBytes() + (declared < 0 ? "" : " of " + declared)
                + " bytes after " + patience.toMillis() + " ms (expected: whole by then); nothing was run"));
    }

    /** What still comes is thrown away rather than refused: a stream that is reset may lose its answer. */
    private void fail(Throwable cause) {
        stopTimer();
        whole.completeExceptionally(cause);
    }

    @Override
    public void onError(Throwable cause) {
        stopTimer();
        whole.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        stopTimer();
        whole.complete(body);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
