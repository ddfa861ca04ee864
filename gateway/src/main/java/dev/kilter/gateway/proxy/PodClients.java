package dev.kilter.gateway.proxy;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.util.ReleasableHolder;
import com.linecorp.armeria.common.util.TransportType;
import dev.kilter.gateway.routing.Pod;
import dev.kilter.gateway.routing.PodAddress;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections to pods: HTTP/2 without TLS, one for each event loop and pod, so that a request never changes threads on
 * its way through.
 */
public final class PodClients implements AutoCloseable {

    /** How long what was sent may stay unacknowledged: four repetitions on a network that answers in 1 ms. */
    private static final int UNACKNOWLEDGED_MILLIS = 3_000;
    /** How long nothing may come before the kernel asks whether the machine is there, and how often it asks again. */
    private static final int SILENT_SECONDS = 2;

    private static final int ASKED_AGAIN_SECONDS = 1;

    private final ClientFactory factory;
    private final long maxResponseBytes;
    private final Map<PodAddress, WebClient> clients = new ConcurrentHashMap<>();
    private final PodProbes probes;

    public PodClients(EventLoopGroup loops, long maxResponseBytes) {
        this.maxResponseBytes = maxResponseBytes;
        this.probes = new PodProbes(loops, clients::containsKey);
        this.factory = givingUpTheSilent(ClientFactory.builder())
                .workerGroup(loops, false)
                .eventLoopSchedulerFactory(group -> (protocol, endpoints, endpoint) -> new Held(current(group)))
                // Of the handshake as well, which a pod that has just come on a busy machine is slow with.
                .connectTimeout(Duration.ofSeconds(2))
                .pingInterval(Duration.ofSeconds(10))
                .idleTimeout(Duration.ofMinutes(2))
                .useHttp2Preface(true)
                // What a pod still works on when it says that it goes is waited for; the default is a second.
                .http2GracefulShutdownTimeoutMillis(Long.MAX_VALUE)
                .http2InitialConnectionWindowSize(8 << 20)
                .http2InitialStreamWindowSize(1 << 20)
                .build();
    }

    /**
     * A machine that is gone answers nothing, not even that: without a bound the kernel repeats for two minutes, and
     * every request on that connection waits as long. Where all was acknowledged and only the answers are missing, it
     * would repeat nothing and wait for the next ping: it asks by keepalive probes, which the same bound ends. A pod
     * that is only slow acknowledges all the same, its kernel does.
     */
    private static ClientFactoryBuilder givingUpTheSilent(ClientFactoryBuilder builder) {
        return Flags.transportType() == TransportType.EPOLL
                ? builder.channelOption(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS)
                        .channelOption(ChannelOption.SO_KEEPALIVE, true)
                        .channelOption(EpollChannelOption.TCP_KEEPIDLE, SILENT_SECONDS)
                        .channelOption(EpollChannelOption.TCP_KEEPINTVL, ASKED_AGAIN_SECONDS)
                : builder;
    }

    /** The client for one pod. Times out by itself never: the caller's deadline does. */
    WebClient of(PodAddress address) {
        WebClient client = clients.get(address);
        return client != null ? client : clients.computeIfAbsent(address, this::connectTo);
    }

    private WebClient connectTo(PodAddress address) {
        return WebClient.builder(SessionProtocol.H2C, Endpoint.of(address.host(), address.port()))
                .factory(factory)
                .responseTimeoutMillis(0)
                .writeTimeoutMillis(0)
                .maxResponseLength(maxResponseBytes)
                .build();
    }

    /** Its connection broke, or none could be made: it gets no request until one can be. */
    void doubt(Pod pod) {
        probes.doubt(pod);
    }

    /** Forgets pods that are no longer listed; their connections close when idle. */
    public void retain(Set<PodAddress> listed) {
        clients.keySet().retainAll(listed);
    }

    @Override
    public void close() {
        factory.close();
    }

    private static EventLoop current(EventLoopGroup group) {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return (EventLoop) loop;
            }
        }
        return group.next();
    }

    private record Held(EventLoop loop) implements ReleasableHolder<EventLoop> {
        @Override
        public EventLoop get() {
            return loop;
        }

        @Override
        public void release() {
            // Event loops are not counted: the connection belongs to the loop that asks.
        }
    }
}
