package dev.kilter.gateway;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The clients' connections and how many of their requests are in flight, so that all can be told when to leave. */
final class Connections {

    /** Between "no new requests, please" and the last GOAWAY: what is on the wire then is still taken. */
    private static final Duration LAST_REQUESTS = Duration.ofMillis(200);

    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

    private final Map<Channel, ServiceRequestContext> latestRequest = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean leaving;

    /** Decorates every service. */
    HttpResponse observed(HttpService service, ServiceRequestContext ctx, HttpRequest request) throws Exception {
        inFlight.incrementAndGet();
        ctx.log().whenComplete().thenRun(inFlight::decrementAndGet);
        Channel channel = ctx.log().partial().channel();
        if (channel != null && latestRequest.put(channel, ctx) == null) {
            channel.closeFuture().addListener(closed -> latestRequest.remove(channel));
        }
        if (leaving) {
            ctx.initiateConnectionShutdown(LAST_REQUESTS);
        }
        return service.serve(ctx, request);
    }

    /**
     * Tells each connection, and each that still comes with its first request: GOAWAY on HTTP/2, {@code Connection:
     * close} with the next answer on HTTP/1.1.
     */
    void leave() {
        leaving = true;
        latestRequest.values().forEach(ctx -> ctx.initiateConnectionShutdown(LAST_REQUESTS));
    }

    /** Waits until no request is in flight, or that long. Returns whether none is. */
    boolean awaitNoRequest(Duration longest) {
        long until = System.nanoTime() + longest.toNanos();
        while (inFlight.get() > 0
                && System.nanoTime() - until < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return inFlight.get() == 0;
    }
}
