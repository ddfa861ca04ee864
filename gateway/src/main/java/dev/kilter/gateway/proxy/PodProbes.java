package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.util.TransportType;
import dev.kilter.gateway.routing.Pod;
import dev.kilter.gateway.routing.PodAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Connects to pods that have lost a connection, before they get another request. Each event loop has a connection of
 * its own, and those to a machine that is gone look like any other until something was lost on them: what one loop has
 * found out, the others need not.
 */
final class PodProbes {

    private static final int CONNECT_MILLIS = 1_000;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_600;

    private final EventLoopGroup loops;
    private final Bootstrap bootstrap;
    private final Predicate<PodAddress> listed;

    /** @param listed whether the pod may still be called */
    PodProbes(EventLoopGroup loops, Predicate<PodAddress> listed) {
        this.loops = loops;
        this.listed = listed;
        this.bootstrap = new Bootstrap()
                .group(loops)
                .channel(TransportType.socketChannelType(loops))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new Silent());
    }

    /** Leaves the pod alone until a connection can be made; any thread. */
    void doubt(Pod pod) {
        if (pod.doubt()) {
            probe(pod, FIRST_PAUSE_MILLIS);
        }
    }

    private void probe(Pod pod, long pauseMillis) {
        PodAddress address = pod.address();
        bootstrap.connect(address.host(), address.port()).addListener((ChannelFuture made) -> {
            if (made.isSuccess()) {
                made.channel().close();
                pod.trust();
            } else if (listed.test(address) && !loops.isShuttingDown()) {
                long next = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
                loops.next().schedule(() -> probe(pod, next), pauseMillis, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** Nothing is said on such a connection. */
    private static final class Silent extends ChannelInboundHandlerAdapter {
        @Override
        public boolean isSharable() {
            return true;
        }
    }
}
