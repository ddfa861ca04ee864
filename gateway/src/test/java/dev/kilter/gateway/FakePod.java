package dev.kilter.gateway;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.gateway.routing.PodAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A pod on a real loopback socket: answers REST with its name and gRPC with the message it got, after a time, all at
 * once or one at a time; or what it is told to answer.
 */
final class FakePod implements AutoCloseable {

    private static final MediaType GRPC = MediaType.parse("application/grpc");

    private final String name;
    private final Server server;
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Queue<AggregatedHttpRequest> requests = new ConcurrentLinkedQueue<>();
    private volatile Duration serviceTime = Duration.ZERO;
    private volatile boolean oneAtATime;
    private volatile boolean leaving;
    private volatile Optional<Function<AggregatedHttpRequest, HttpResponse>> script = Optional.empty();
    private long freeAtNanos;

    FakePod(String name) {
        this(name, 0);
    }

    FakePod(String name, int port) {
        this.name = name;
        this.server = Server.builder()
                .http(port)
                .workerGroup(EventLoopGroups.newEventLoopGroup(1, "fake-pod-" + name, true), true)
                .requestTimeoutMillis(0)
                .maxRequestLength(0)
                .gracefulShutdownTimeout(Duration.ofMillis(20), Duration.ofSeconds(5))
                .serviceUnder("/", this::serve)
                .build();
        server.start().join();
    }

    FakePod taking(Duration newServiceTime) {
        serviceTime = newServiceTime;
        return this;
    }

    /** Queues requests as one engine would. */
    FakePod oneAtATime() {
        oneAtATime = true;
        return this;
    }

    /** Says so on every connection with a request (GOAWAY), and answers that one still. */
    FakePod leaving() {
        leaving = true;
        return this;
    }

    FakePod answering(Function<AggregatedHttpRequest, HttpResponse> newScript) {
        script = Optional.of(newScript);
        return this;
    }

    /** A port where nobody listens, nor can, until this is closed. */
    record ClosedPort(Socket held) implements AutoCloseable {
        static ClosedPort take() throws IOException {
            Socket bound = new Socket();
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new ClosedPort(bound);
        }

        PodAddress address() {
            return new PodAddress("127.0.0.1", held.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            held.close();
        }
    }

    PodAddress address() {
        return new PodAddress("127.0.0.1", server.activeLocalPort());
    }

    String name() {
        return name;
    }

    int received() {
        return received.get();
    }

    int cancelled() {
        return cancelled.get();
    }

    /** The first few requests that it got. */
    Queue<AggregatedHttpRequest> requests() {
        return requests;
    }

    /** Finishes what is in flight, then goes, in its own time. */
    @Override
    public void close() {
        var _ = server.stop(); // Not awaited: event loops take seconds to end.
    }

    /** Drops its connections at once, whatever runs. */
    void kill() {
        server.config().workerGroup().shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
        received.incrementAndGet();
        if (leaving) {
            ctx.initiateConnectionShutdown(Duration.ZERO);
        }
        ctx.whenRequestCancelled().thenAccept(cause -> cancelled.incrementAndGet());
        CompletableFuture<HttpResponse> answer = req.aggregate().thenCompose(request -> {
            if (requests.size() < 10) {
                requests.add(request);
            }
            CompletableFuture<HttpResponse> later = new CompletableFuture<>();
            ctx.eventLoop().schedule(() -> later.complete(answer(request)), delay().toNanos(), TimeUnit.NANOSECONDS);
            return later;
        });
        return HttpResponse.of(answer);
    }

    private synchronized Duration delay() {
        if (!oneAtATime) {
            return serviceTime;
        }
        long now = System.nanoTime();
        freeAtNanos = Math.max(now, freeAtNanos) + serviceTime.toNanos();
        return Duration.ofNanos(freeAtNanos - now);
    }

    private HttpResponse answer(AggregatedHttpRequest request) {
        if (script.isPresent()) {
            return script.get().apply(request);
        }
        return request.headers().get("content-type", "").startsWith("application/grpc")
                ? grpc(HttpData.wrap(request.content().array()), 0)
                : HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT, name);
    }

    static HttpResponse grpc(HttpData frame, int status) {
        return HttpResponse.of(
                ResponseHeaders.builder(200).contentType(GRPC).build(), frame, HttpHeaders.of("grpc-status", status));
    }
}
