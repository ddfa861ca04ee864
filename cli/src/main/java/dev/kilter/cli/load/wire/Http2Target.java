package dev.kilter.cli.load.wire;

import dev.kilter.cli.load.LoadTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends requests over some HTTP/2 connections (prior knowledge, or ALPN with TLS): REST, or gRPC with its status. */
public final class Http2Target implements LoadTarget, AutoCloseable {

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final NettyLoop loop;
    private final Dialer dialer;
    private final List<Http2Frames> requests;
    private final int maxConnections;
    private final long timeoutNanos;
    private final boolean grpc;
    private final List<Http2Connection> connections = new ArrayList<>();
    private final List<Http2Connection> unflushed = new ArrayList<>();
    private int nextRequest;
    private int nextConnection;
    private boolean sweeping;

    /**
     * @param requests at least one; sent in turn
     * @param maxConnections all are used, in turn
     * @param grpc whether the answer's outcome is its gRPC status
     */
    public Http2Target(
            NettyLoop loop,
            Endpoint endpoint,
            List<WireRequest> requests,
            int maxConnections,
            long timeoutNanos,
            boolean grpc) {
        this.loop = loop;
        this.dialer = new Dialer(loop, endpoint, "h2");
        this.requests = requests.stream()
                .map(request -> Http2Frames.of(request, endpoint))
                .toList();
        this.maxConnections = maxConnections;
        this.timeoutNanos = timeoutNanos;
        this.grpc = grpc;
    }

    @Override
    public void send(long due, Sink sink) {
        Http2Frames request = requests.get(nextRequest++);
        if (nextRequest == requests.size()) {
            nextRequest = 0;
        }
        connection().send(due, sink, request);
        if (!sweeping) {
            sweeping = true;
            loop.at(loop.nanos() + SWEEP_NANOS, this::sweep);
        }
    }

    @Override
    public void abandon() {
        List.copyOf(connections).forEach(connection -> connection.close(Reply.TIMED_OUT));
    }

    @Override
    public void close() {
        loop.eventLoop().submit(this::abandon).syncUninterruptibly();
    }

    private Http2Connection connection() {
        if (connections.size() < maxConnections) {
            return dial();
        }
        for (int tried = 0; tried < connections.size(); tried++) {
            Http2Connection connection = connections.get(nextConnection++ % connections.size());
            nextConnection %= connections.size();
            if (connection.usable()) {
                return connection;
            }
        }
        return dial();
    }

    private Http2Connection dial() {
        Http2Connection connection = new Http2Connection(this);
        connections.add(connection);
        dialer.dial(connection).addListener(dialled -> {
            if (!dialled.isSuccess()) {
                connections.remove(connection);
                connection.endAll(Reply.FAILED);
            }
        });
        return connection;
    }

    private void sweep() {
        long overdue = loop.nanos() - timeoutNanos;
        List.copyOf(connections).forEach(connection -> connection.expire(overdue));
        sweeping = connections.stream().anyMatch(connection -> connection.underWay() > 0);
        if (sweeping) {
            loop.at(loop.nanos() + SWEEP_NANOS, this::sweep);
        }
    }

    Reply reply(int httpStatus, int grpcStatus) {
        return grpc ? Replies.ofGrpc(httpStatus, grpcStatus) : Replies.of(httpStatus);
    }

    /** One write for all that a turn of the loop has to send on a connection. */
    void flushSoon(Http2Connection connection) {
        if (unflushed.isEmpty()) {
            loop.execute(this::flushAll);
        }
        unflushed.add(connection);
    }

    private void flushAll() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    void closed(Http2Connection connection) {
        connections.remove(connection);
    }
}
