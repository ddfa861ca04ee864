package dev.kilter.network;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** The open connections of a server: kept within their limits, and told when it leaves. */
public final class Connections {

    /** Between "no new requests, please" and the last GOAWAY: what is on the wire then is still taken. */
    private static final Duration LAST_REQUESTS = Duration.ofMillis(200);

    private final SparseLog faults = new SparseLog(LoggerFactory.getLogger(Connections.class));
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final Map<Channel, ServiceRequestContext> latestRequest = new ConcurrentHashMap<>();
    private volatile Optional<Channel> listening = Optional.empty();
    private volatile boolean leaving;

    /** Has a server keep its connections within these limits, and this know of each. Its requests: {@link #seen}. */
    public void guard(ServerBuilder server, ConnectionLimits limits) {
        server.bossGroupFactory(EventLoops::accepting)
                .maxNumConnections(limits.open())
                .http2MaxStreamsPerConnection(limits.streams())
                .http2MaxResetFramesPerWindow(limits.resets(), Math.toIntExact(ConnectionLimits.WINDOW.toSeconds()))
                .idleTimeout(limits.idle())
                .connectionDrainDuration(LAST_REQUESTS)
                .childChannelPipelineCustomizer(pipeline -> pipeline.addFirst(
                        new UnreadConnection(),
                        new FaultLog(faults),
                        new IdleFrames(limits.idleFrames(), faults, System::nanoTime),
                        new FirstRequestTimeout(this, limits.firstRequest())));
    }

    /** Notes that it is there. */
    void opened(Channel channel) {
        listening = Optional.of(channel.parent());
        open.add(channel);
        channel.closeFuture().addListener(_ -> {
            open.remove(channel);
            latestRequest.remove(channel);
        });
    }

    /** Notes on which connection a request came; while leaving, tells that connection. Called for every request. */
    public void seen(ServiceRequestContext ctx) {
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
     * Tells each connection, and each that still comes with its first request: GOAWAY over HTTP/2, {@code Connection:
     * close} with the next answer over HTTP/1.1.
     */
    public void leave() {
        leaving = true;
        latestRequest.values().forEach(latest -> latest.initiateConnectionShutdown(LAST_REQUESTS));
    }

    /** Takes no new connection, and has those over HTTP/2 go that made no request. Called after {@link #leave}. */
    public void stopListening() {
        listening.ifPresent(socket -> socket.close().awaitUninterruptibly());
        // By way of GOAWAY; all at once, since each takes its time.
        http2().stream().filter(channel -> !madeRequest(channel)).forEach(Channel::close);
    }

    /**
     * Waits, at most that long, until the connections over HTTP/2 have ended, which they do with their last stream.
     * Only then has nobody anything on the wire; while they end, the server must not stop, which would cut their
     * streams. Those over HTTP/1.1 may be idle for long.
     */
    public boolean awaitEnded(Duration longest) throws InterruptedException {
        long until = System.nanoTime() + longest.toNanos();
        for (Channel channel : http2()) {
            if (!channel.closeFuture().await(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }

    private List<Channel> http2() {
        return open.stream()
                .filter(channel -> channel.pipeline().get(Http2ConnectionHandler.class) != null)
                .toList();
    }
}
