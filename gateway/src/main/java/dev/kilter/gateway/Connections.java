package dev.kilter.gateway;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The clients' connections and how many of their requests are in flight, so that all can be told when to leave. */
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {

    /** Between "no new requests, please" and the last GOAWAY: what is on the wire then is still taken. */
    static final Duration LAST_REQUESTS = Duration.ofMillis(200);

    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Map<Channel, ServiceRequestContext> latestRequest = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Optional<Channel> listening = Optional.empty();
    private volatile boolean leaving;

    /** In the pipeline of every connection. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        listening = Optional.of(channel.parent());
        open.add(channel);
        channel.closeFuture().addListener(_ -> {
            open.remove(channel);
            latestRequest.remove(channel);
        });
        ctx.fireChannelActive();
    }

    /** Decorates every service. */
    HttpResponse observed(HttpService service, ServiceRequestContext ctx, HttpRequest request) throws Exception {
        inFlight.incrementAndGet();
        ctx.log().whenComplete().thenRun(inFlight::decrementAndGet);
        Channel channel = ctx.log().partial().channel();
        if (channel != null) {
            latestRequest.put(channel, ctx);
            if (!channel.isOpen()) {
                latestRequest.remove(channel);
            }
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

    /**
     * Takes no new connection, and waits, at most that long, until those over HTTP/2 have ended, which they do with
     * their last stream, and no other request is in flight. Returns whether it is so. Only then has nobody anything on
     * the wire, but over HTTP/1.1, where a connection may be idle for long.
     */
    boolean awaitEnd(Duration longest) {
        long until = System.nanoTime() + longest.toNanos();
        listening.ifPresent(socket -> socket.close().awaitUninterruptibly());
        List<Channel> http2 = open.stream()
                .filter(channel -> channel.pipeline().get(Http2ConnectionHandler.class) != null)
                .toList();
        // By way of GOAWAY; those with a request were told by leave(). All at once, since each takes its time.
        http2.stream().filter(channel -> !latestRequest.containsKey(channel)).forEach(Channel::close);
        for (Channel channel : http2) {
            if (!channel.closeFuture().awaitUninterruptibly(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        while (inFlight.get() > 0
                && System.nanoTime() - until < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return inFlight.get() == 0;
    }
}
