package dev.kilter.runtime.server;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open connections, so that each can be told that the server is going away. */
final class Connections {

    /** Between "no new requests, please" and the last GOAWAY: what is on the wire then is still taken. */
    private static final Duration LAST_REQUESTS = Duration.ofMillis(200);

    private final Map<Channel, ServiceRequestContext> latestRequest = new ConcurrentHashMap<>();
    private volatile boolean leaving;

    /** Notes on which connection a request came; while leaving, tells that connection. */
    void seen(ServiceRequestContext ctx) {
        Channel channel = ctx.log().partial().channel();
        if (channel == null) {
            return;
        }
        if (latestRequest.put(channel, ctx) == null) {
            channel.closeFuture().addListener(_ -> latestRequest.remove(channel));
        }
        if (leaving) {
            ctx.initiateConnectionShutdown(LAST_REQUESTS);
        }
    }

    /** Whether a request has come on it. */
    boolean madeRequest(Channel channel) {
        return latestRequest.containsKey(channel);
    }

    /** Sends GOAWAY on HTTP/2 connections, and {@code Connection: close} with the next answer on others. */
    void leave() {
        leaving = true;
        latestRequest.values().forEach(ctx -> ctx.initiateConnectionShutdown(LAST_REQUESTS));
    }
}
