package dev.kilter.gateway.proxy;

import com.linecorp.armeria.client.GoAwayReceivedException;
import com.linecorp.armeria.client.RefusedStreamException;
import com.linecorp.armeria.client.RequestOptions;
import com.linecorp.armeria.client.UnprocessedRequestException;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ByteBufAccessMode;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.gateway.counting.Verdict;
import dev.kilter.gateway.routing.ModelRoute;
import dev.kilter.gateway.routing.Outcome;
import dev.kilter.gateway.routing.Pod;
import dev.kilter.protocol.WireHeaders;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One request on its way: to a pod; to another if no engine can have run it, to at most {@value #MAX_PODS} and to none
 * twice; and its answer back. What a candidate's pod does not answer goes to an established revision, once. Where no
 * pod can be called it waits a little for one, and then one that could not be reached may be tried again. All of it on
 * the request's event loop, so it needs no lock.
 */
final class Forwarding {

    private static final int MAX_PODS = 3;
    private static final RequestOptions UNARY =
            RequestOptions.builder().exchangeType(ExchangeType.UNARY).build();

    private final Upstreams upstreams;
    private final ServiceRequestContext ctx;
    private final Dialect dialect;
    private final String model;
    private final RequestHeaders headers;
    private final HttpData body;
    private final BodyBudget.Lease lease;
    private final long deadlineNanos;
    private final long waitUntilNanos;
    private final Runnable onRetry;

    private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    private final List<Pod> tried = new ArrayList<>(1);
    private Optional<HttpResponse> running = Optional.empty();
    private Optional<AggregatedHttpResponse> lastRefusal = Optional.empty();
    private long objectiveNanos;
    private boolean waited;
    private boolean waiting;
    private boolean handedOver;
    /** The candidate's pod that calls it the client's fault, until another has judged. */
    private Optional<Pod> accuser = Optional.empty();

    /**
     * @param degradable whether a lesser variant may answer it; empty: no account is kept
     * @param deadlineNanos when the client no longer waits, {@code System.nanoTime()}
     */
    Forwarding(
            Upstreams upstreams,
            ServiceRequestContext ctx,
            Dialect dialect,
            String model,
            AggregatedHttpRequest request,
            Optional<Boolean> degradable,
            BodyBudget.Lease lease,
            long deadlineNanos,
            Runnable onRetry) {
        this.upstreams = upstreams;
        this.ctx = ctx;
        this.dialect = dialect;
        this.model = model;
        this.headers = forwardable(request.headers(), degradable);
        this.body = request.content();
        this.lease = lease;
        this.deadlineNanos = deadlineNanos;
        this.onRetry = onRetry;
        long now = System.nanoTime();
        this.waitUntilNanos = now + Math.min(upstreams.maxHoldNanos(), deadlineNanos - now);
    }

    /** Starts; owns the request's body from now on. A {@link ProblemException} tells why there is no answer. */
    CompletableFuture<HttpResponse> start() {
        next();
        return answer;
    }

    /** The client is gone, or its deadline: nobody reads the answer. Safe to be called at any time, by the loop. */
    void cancel() {
        if (answer.isDone()) {
            return;
        }
        fail(Problem.late());
        running.ifPresent(HttpResponse::abort); // With the client's own cause the pod would not be told.
    }

    private void next() {
        if (answer.isDone()) {
            return;
        }
        Optional<ModelRoute> route = upstreams.routing().model(model);
        boolean spent = tried.size() >= (handedOver ? MAX_PODS + 1 : MAX_PODS);
        Optional<Pod> pod = spent
                ? Optional.empty()
                : route.map(known -> handedOver ? known.established() : known).flatMap(this::choose);
        if (pod.isPresent()) {
            objectiveNanos = (long) (route.get().sloMillis() * 1e6);
            send(pod.get(), !handedOver && route.get().isOnTrial(pod.get()));
        } else if (lastRefusal.isPresent() && (spent || handedOver)) {
            giveUp();
        } else {
            waitForPod();
        }
    }

    private Optional<Pod> choose(ModelRoute route) {
        return route.choose(tried, ThreadLocalRandom.current(), System.nanoTime());
    }

    private void waitForPod() {
        long left = waitUntilNanos - System.nanoTime();
        if (left <= 0 || !(waited || upstreams.waitingRoom().enter())) {
            giveUp();
            return;
        }
        waiting = true;
        if (lastRefusal.isEmpty()) {
            tried.clear(); // None of them has had it: each may be tried again once it can be reached.
        }
        if (!waited) {
            waited = true;
            EventLoop loop = loop();
            answer.whenComplete((ignored, cause) -> upstreams.waitingRoom().leave());
            loop.schedule(this::look, left, TimeUnit.NANOSECONDS);
        }
        upstreams.waitingRoom().onChange(() -> loop().execute(this::look));
    }

    /** Calls of one wait may come late, when a pod has the request already: those must not send it again. */
    private void look() {
        if (waiting) {
            waiting = false;
            next();
        }
    }

    private void giveUp() {
        if (lastRefusal.isPresent()) {
            pass(lastRefusal.get());
        } else {
            fail(Problem.noReadyPod(model));
        }
    }

    private void send(Pod pod, boolean onTrial) {
        if (!tried.isEmpty()) {
            onRetry.run();
        }
        tried.add(pod);
        pod.sent();
        long sentNanos = System.nanoTime();
        HttpResponse response = upstreams.clients().of(pod.address()).execute(request(sentNanos), UNARY);
        running = Optional.of(response);
        if (onTrial && deadlineNanos - sentNanos >= 2 * objectiveNanos) {
            loop().schedule(() -> overtake(pod, response), objectiveNanos, TimeUnit.NANOSECONDS);
        }
        Gathering.of(response, loop(), ctx.alloc(), lease::takeOfAnswer).whenComplete((aggregated, cause) -> {
            pod.ended();
            if (!isRunning(response)) { // It was overtaken.
                if (aggregated != null) {
                    aggregated.content().close();
                }
                return;
            }
            running = Optional.empty();
            long tookNanos = System.nanoTime() - sentNanos;
            if (cause != null) {
                failed(pod, onTrial, Exceptions.peel(cause), tookNanos);
            } else {
                answered(pod, onTrial, aggregated, tookNanos);
            }
        });
    }

    private boolean isRunning(HttpResponse response) {
        return running.filter(response::equals).isPresent();
    }

    /**
     * A candidate that has missed the objective is not waited for where an established revision has as long again. It
     * is called off first: no request runs twice at a time.
     */
    private void overtake(Pod candidate, HttpResponse late) {
        if (answer.isDone() || !isRunning(late)) {
            return;
        }
        Optional<Pod> other =
                upstreams.routing().model(model).map(ModelRoute::established).flatMap(this::choose);
        if (other.isPresent()) {
            handedOver = true;
            candidate.counts(Outcome.MISSED);
            running = Optional.empty();
            late.abort();
            send(other.get(), false);
        }
    }

    private HttpRequest request(long nowNanos) {
        boolean first = tried.size() == 1 && !waited;
        RequestHeaders now = first ? headers : Deadline.withLeft(headers, deadlineNanos - nowNanos);
        return body.isEmpty()
                ? HttpRequest.of(now)
                : HttpRequest.of(now, HttpData.wrap(body.byteBuf(ByteBufAccessMode.RETAINED_DUPLICATE)));
    }

    private void answered(Pod pod, boolean onTrial, AggregatedHttpResponse response, long tookNanos) {
        pod.reached();
        Verdict verdict = dialect.verdict(response.headers(), response.trailers());
        counts(pod, verdict, tookNanos);
        if (answer.isDone()) {
            response.content().close();
            return;
        }
        boolean handsOver = onTrial && verdict != Verdict.ANSWERED;
        if (handsOver || mayBeSentAgain(response)) {
            handedOver |= handsOver;
            if (verdict == Verdict.INVALID) {
                accuser = Optional.of(pod);
            }
            lastRefusal = Optional.of(unpooled(response));
            next();
            return;
        }
        if (verdict == Verdict.ANSWERED) {
            pod.answered(tookNanos);
            accuser.ifPresent(wrongly -> wrongly.counts(Outcome.FAILED));
        }
        pass(response);
    }

    private void counts(Pod pod, Verdict verdict, long tookNanos) {
        switch (verdict) {
            case ANSWERED -> pod.counts(tookNanos <= objectiveNanos ? Outcome.MET : Outcome.MISSED);
            case REFUSED -> pod.counts(Outcome.MISSED);
            case FAILED -> pod.counts(Outcome.FAILED);
            case INVALID -> {}
        }
    }

    /** A full queue (429) goes back to the client: asking every pod in turn would add load where there is no room. */
    private boolean mayBeSentAgain(AggregatedHttpResponse response) {
        return dialect.unavailable(response.headers(), response.trailers())
                && (response.headers().contains(WireHeaders.NOT_PROCESSED)
                        || response.trailers().contains(WireHeaders.NOT_PROCESSED));
    }

    /** A refusal that may be kept while another pod is asked must not hold a pooled buffer. */
    private static AggregatedHttpResponse unpooled(AggregatedHttpResponse response) {
        HttpData copy = HttpData.wrap(response.content().array());
        response.content().close();
        return AggregatedHttpResponse.of(response.headers(), copy, response.trailers());
    }

    private void failed(Pod pod, boolean onTrial, Throwable cause, long tookNanos) {
        if (answer.isDone()) {
            long now = System.nanoTime();
            if (now - deadlineNanos >= 0) { // and not just a client that left
                pod.silent(now);
                pod.counts(Outcome.FAILED);
            } else if (tookNanos > objectiveNanos) {
                pod.counts(Outcome.MISSED);
            }
            return;
        }
        switch (cause) {
            case UnprocessedRequestException unprocessed -> {
                switch (unprocessed.getCause()) {
                    // It was reached, but takes no more on this connection.
                    case GoAwayReceivedException e -> {}
                    case RefusedStreamException e -> {}
                    case ClosedSessionException e -> {}
                    case null, default -> {
                        pod.unreachable(System.nanoTime());
                        upstreams.clients().doubt(pod);
                        pod.counts(Outcome.FAILED);
                    }
                }
                handedOver |= onTrial;
                next();
            }
            case ProblemException ours -> fail(ours.problem());
            default -> {
                if (cause instanceof ClosedSessionException) {
                    upstreams.clients().doubt(pod);
                }
                pod.counts(Outcome.FAILED);
                fail(Problem.lost(pod.toString(), cause));
            }
        }
    }

    private void pass(AggregatedHttpResponse response) {
        if (answer.complete(response.toHttpResponse())) {
            body.close();
        }
    }

    private void fail(Problem problem) {
        if (answer.completeExceptionally(new ProblemException(problem))) {
            body.close();
        }
    }

    private EventLoop loop() {
        return ctx.eventLoop().withoutContext();
    }

    /** What concerns the client's connection alone does not travel on. */
    private static RequestHeaders forwardable(RequestHeaders headers, Optional<Boolean> degradable) {
        RequestHeadersBuilder builder = headers.toBuilder();
        String authority = headers.authority();
        if (authority != null) {
            builder.authority(authority);
            builder.remove(HttpHeaderNames.HOST);
        }
        builder.remove(HttpHeaderNames.CONNECTION);
        builder.remove(HttpHeaderNames.EXPECT);
        builder.remove(HttpHeaderNames.UPGRADE);
        builder.remove(HttpHeaderNames.TRANSFER_ENCODING);
        builder.remove("keep-alive");
        builder.remove("proxy-connection");
        builder.remove("http2-settings");
        builder.remove(WireHeaders.DEGRADABLE); // Only who keeps account says it.
        degradable.ifPresent(may -> builder.set(WireHeaders.DEGRADABLE, may.toString()));
        return builder.build();
    }
}
