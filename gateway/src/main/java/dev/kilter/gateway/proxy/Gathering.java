package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatusClass;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Takes a message whole, in pooled memory, and asks for leave before each piece of its body is kept. (Armeria's own
 * aggregation shows the pieces only when all are there.) A body of one piece, as small ones are, is never copied; the
 * pieces of others are, so that a tiny one cannot keep the buffer alive in which it arrived.
 */
final class Gathering implements Subscriber<HttpObject> {

    private final ByteBufAllocator alloc;
    private final IntConsumer leave;
    private final CompletableFuture<Gathering> whole = new CompletableFuture<>();
    private Subscription subscription;
    private Optional<ResponseHeaders> headers = Optional.empty();
    private HttpHeaders trailers = HttpHeaders.of();
    private HttpData only = HttpData.empty();
    private ByteBuf many;

    private Gathering(ByteBufAllocator alloc, IntConsumer leave) {
        this.alloc = alloc;
        this.leave = leave;
    }

    /** @param leave is told the length of each piece of the body; throws a {@link ProblemException} to refuse it */
    static CompletableFuture<AggregatedHttpRequest> of(
            HttpRequest request, EventExecutor loop, ByteBufAllocator alloc, IntConsumer leave) {
        Gathering gathering = new Gathering(alloc, leave);
        request.subscribe(gathering, loop, SubscriptionOption.WITH_POOLED_OBJECTS);
        return gathering.whole.thenApply(g -> AggregatedHttpRequest.of(request.headers(), g.content(), g.trailers));
    }

    /** @param leave as for a request */
    static CompletableFuture<AggregatedHttpResponse> of(
            HttpResponse response, EventExecutor loop, ByteBufAllocator alloc, IntConsumer leave) {
        Gathering gathering = new Gathering(alloc, leave);
        response.subscribe(gathering, loop, SubscriptionOption.WITH_POOLED_OBJECTS);
        return gathering.whole.thenApply(Gathering::response);
    }

    private AggregatedHttpResponse response() {
        ResponseHeaders known = headers.orElseThrow(() -> {
            release();
            return new IllegalStateException("an answer without headers");
        });
        if (known.status().isContentAlwaysEmpty()) {
            release();
            return AggregatedHttpResponse.of(known);
        }
        return AggregatedHttpResponse.of(known, content(), trailers);
    }

    private HttpData content() {
        return many == null ? only : HttpData.wrap(many);
    }

    @Override
    public void onSubscribe(Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject object) {
        switch (object) {
            case HttpData piece -> add(piece);
            case ResponseHeaders answer -> {
                if (answer.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                    headers = Optional.of(answer);
                }
            }
            case HttpHeaders last -> trailers = last;
            default -> throw new IllegalStateException("part of a message: " + object.getClass());
        }
    }

    private void add(HttpData piece) {
        if (whole.isDone() || piece.isEmpty()) {
            piece.close();
            return;
        }
        try {
            leave.accept(piece.length());
        } catch (ProblemException refused) {
            piece.close();
            release();
            whole.completeExceptionally(refused);
            subscription.cancel();
            return;
        }
        if (many == null && only.isEmpty()) {
            only = piece;
            return;
        }
        if (many == null) {
            many = alloc.buffer((only.length() + piece.length()) * 2);
            append(only);
            only = HttpData.empty();
        }
        append(piece);
    }

    private void append(HttpData piece) {
        many.writeBytes(piece.byteBuf());
        piece.close();
    }

    private void release() {
        only.close();
        only = HttpData.empty();
        if (many != null) {
            many.release();
            many = null;
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (!whole.isDone()) {
            release();
            whole.completeExceptionally(cause);
        }
    }

    @Override
    public void onComplete() {
        whole.complete(this);
    }
}
