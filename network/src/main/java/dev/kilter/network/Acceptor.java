package dev.kilter.network;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.ThreadFactories;
import com.linecorp.armeria.common.util.TransportType;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The thread that accepts connections. It ends when it is told to, which is when nothing listens any more; Netty's own
 * would wait for two seconds whether something comes. The quiet period that Armeria's builder of groups takes does not
 * reach it: Armeria asks its event loop for its group, which is not the one that was built.
 */
final class Acceptor extends MultiThreadIoEventLoopGroup {

    private Acceptor(String name, IoHandlerFactory transport) {
        super(1, ThreadFactories.newThreadFactory(name, false), transport);
    }

    static EventLoopGroup named(String name) {
        TransportType transport = Flags.transportType();
        return switch (transport) {
            case EPOLL -> new Acceptor(name, EpollIoHandler.newFactory());
            case NIO -> new Acceptor(name, NioIoHandler.newFactory());
            default -> EventLoopGroups.newEventLoopGroup(1, name); // by its user's own choice
        };
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return super.shutdownGracefully(0, timeout, unit);
    }
}
