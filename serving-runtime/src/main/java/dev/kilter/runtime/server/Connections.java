package dev.kilter.runtime.server;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The open connections, so that each can be told that the server is going away. */
final class Connections {

    /** Between "no new requests, please" and the last GOAWAY: what is on the wire then is still taken. */
    static final Duration LAST_REQUESTS = Duration.ofMillis(200);

    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Map<Channel, ServiceRequestContext> latestRequest = new ConcurrentHashMap<>();
    private volatile Optional<Channel> listening = Optional.empty();
    private volatile boolean leaving;

    /** Notes that it is there. */
    void opened(Channel channel) {
        listening = Optional.of(channel.parent());
        open.add(channel);
        channel.closeFuture().addListener(_ -> {
            open.remove(channel);
            latestRequest.remove(channel);
        });
    }

    /** Notes on which connection a request came; while leaving, tells that connection. */
    void seen(ServiceRequestContext ctx) {
        Channel channel = ctx.log().partial().channel();
        if (channel == null) {
            return;
        }
        latestRequest.put(channel, ctx);
        if (!channel.isOpen()) {
            latestRequest.remove(channel);
        }
        if (leaving) {
            ctx.initiateConnectionShutdown(LAST_REQUESTS);
        }
    }

    /** Whether a request has come on it. */
    boolean madeRequest(Channel channel) {
        return latestRequest.containsKey(channel);
    }

    /**
     * Takes no new connection, and tells those that are there: GOAWAY over HTTP/2, {@code Connection: close} with the
     * next answer over HTTP/1.1.
     */
    void leave() {
        leaving = true;
        listening.ifPresent(socket -> socket.close().awaitUninterruptibly());
        for (Channel channel : open) {
            ServiceRequestContext latest = latestRequest.get(channel);
            if (latest != null) {
                latest.initiateConnectionShutdown(LAST_REQUESTS);
            } else if (isHttp2(channel)) {
                channel.close(); // by way of GOAWAY
            }
        }
    }

    /**
     * Waits, at most that long, until the connections over HTTP/2 have ended, which they do with their last stream.
     * Only then has nobody anything on the wire; while they end, the server must not stop, which would cut their
     * streams. Those over HTTP/1.1 may be idle for long.
     */
    boolean awaitEnded(Duration longest) throws InterruptedException {
        long until = System.nanoTime() + longest.toNanos();
        for (Channel channel : open) {
            if (isHttp2(channel) && !channel.closeFuture().await(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHttp2(Channel channel) {
        return channel.pipeline().get(Http2ConnectionHandler.class) != null;
    }
}
