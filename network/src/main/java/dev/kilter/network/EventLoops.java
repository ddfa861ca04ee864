package dev.kilter.network;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.ThreadFactories;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A server's threads for its sockets. They end when they are told to, which is when nothing is left to be done; Netty's
 * own would wait for two seconds whether something comes. The quiet period that Armeria's builder of groups takes does
 * not reach the thread that accepts: Armeria asks its event loop for its group, which is not the one that was built.
 */
public final class EventLoops extends MultiThreadIoEventLoopGroup {

    private static final Duration LONGEST_END = Duration.ofSeconds(1);

    private EventLoops(int threads, ThreadFactory factory, IoHandlerFactory transport) {
        super(threads, factory, transport);
    }

    /** The thread that accepts connections. */
    static EventLoopGroup accepting(String name) {
        return of(1, name, ThreadFactories.newThreadFactory(name, false), DefaultSelectStrategyFactory.INSTANCE);
    }

    /**
     * Threads that read and write.
     *
     * @param waiting how each waits when it has nothing to do; other transports than epoll wait as they do
     */
    public static EventLoopGroup serving(int threads, String name, SelectStrategyFactory waiting) {
        return of(threads, name, ThreadFactories.newEventLoopThreadFactory(name, false), waiting);
    }

    private static EventLoopGroup of(int threads, String name, ThreadFactory factory, SelectStrategyFactory waiting) {
        return switch (Flags.transportType()) {
            case EPOLL -> new EventLoops(threads, factory, EpollIoHandler.newFactory(0, waiting));
            case NIO -> new EventLoops(threads, factory, NioIoHandler.newFactory());
            default -> EventLoopGroups.newEventLoopGroup(threads, name); // by its user's own choice
        };
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return super.shutdownGracefully(0, LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
    }
}
