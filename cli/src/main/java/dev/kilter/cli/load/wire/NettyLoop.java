package dev.kilter.cli.load.wire;

import dev.kilter.cli.load.Loop;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** One event loop of Netty, epoll's where there is one: its waits are exact to microseconds. */
public final class NettyLoop implements Loop, AutoCloseable {

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final long threadId;

    public NettyLoop(String name) {
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), io);
        loop = group.next();
        threadId = loop.submit(NettyLoop::prepareThread).syncUninterruptibly().getNow();
    }

    private static long prepareThread() {
        TimerSlack.least();
        return Thread.currentThread().threadId();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void at(long nanos, Runnable task) {
        loop.schedule(task, nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Processor time that its thread has used, nanoseconds; 0 where the JVM does not tell. */
    public long cpuNanos() {
        return Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(threadId));
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    EventLoop eventLoop() {
        return loop;
    }

    ChannelFactory<SocketChannel> sockets() {
        return Epoll.isAvailable() ? EpollSocketChannel::new : NioSocketChannel::new;
    }

    ChannelFactory<ServerSocketChannel> serverSockets() {
        return Epoll.isAvailable() ? EpollServerSocketChannel::new : NioServerSocketChannel::new;
    }
}
