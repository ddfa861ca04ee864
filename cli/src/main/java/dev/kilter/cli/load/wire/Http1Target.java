package dev.kilter.cli.load.wire;

import dev.kilter.cli.load.LoadTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests over HTTP/1.1, one at a time on each of some kept connections, as clients do. While all of them are
 * busy requests wait, and the wait counts.
 */
public final class Http1Target implements LoadTarget, AutoCloseable {

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final NettyLoop loop;
    private final Dialer dialer;
    private final List<ByteBuf> requests;
    private final int maxConnections;
    private final long timeoutNanos;
    private final List<Http1Connection> connections = new ArrayList<>();
    private final Deque<Http1Connection> idle = new ArrayDeque<>();
    private final Deque<Exchange> waiting = new ArrayDeque<>();
    private final Deque<Exchange> spare = new ArrayDeque<>();
    private int next;
    private boolean sweeping;
    private int dialling;

    /**
     * @param requests at least one; sent in turn
     * @param maxConnections opened as they are needed
     */
    public Http1Target(
            NettyLoop loop, Endpoint endpoint, List<WireRequest> requests, int maxConnections, long timeoutNanos) {
        this.loop = loop;
        this.dialer = new Dialer(loop, endpoint, "http/1.1");
        this.requests = requests.stream()
                .map(request -> bytes(request, endpoint.authority()))
                .toList();
        this.maxConnections = maxConnections;
        this.timeoutNanos = timeoutNanos;
    }

    private static ByteBuf bytes(WireRequest request, String authority) {
        StringBuilder head = new StringBuilder("POST " + request.path() + " HTTP/1.1\r\nhost: " + authority + "\r\n");
        request.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("content-length: " + request.body().length + "\r\n\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(headBytes, request.body()));
    }

    @Override
    public void send(long due, Sink sink) {
        Exchange exchange = spare.isEmpty() ? new Exchange() : spare.pop();
        exchange.begin(due, sink);
        waiting.add(exchange);
        sendWaiting();
        if (!sweeping) {
            sweeping = true;
            loop.at(loop.nanos() + SWEEP_NANOS, this::sweep);
        }
    }

    @Override
    public void abandon() {
        failWaiting(Reply.TIMED_OUT);
        List.copyOf(connections).forEach(connection -> connection.close(Reply.TIMED_OUT));
    }

    @Override
    public void close() {
        loop.eventLoop().submit(this::abandon).syncUninterruptibly();
    }

    private void sendWaiting() {
        while (!waiting.isEmpty() && !idle.isEmpty()) {
            Exchange exchange = waiting.poll();
            if (exchange.isOpen()) {
                idle.pop().send(exchange, requests.get(next++ % requests.size()));
                if (next == requests.size()) {
                    next = 0;
                }
            }
        }
        while (waiting.size() > dialling && connections.size() < maxConnections) {
            dial();
        }
    }

    private void dial() {
        Http1Connection connection = new Http1Connection(this);
        connections.add(connection);
        dialling++;
        dialer.dial(connection).addListener(dialled -> {
            dialling--;
            if (!dialled.isSuccess()) {
                connections.remove(connection);
                // Nobody listens there: whoever waits would wait in vain.
                failWaiting(Reply.FAILED);
            }
        });
    }

    private void failWaiting(Reply reply) {
        for (int left = waiting.size(); left > 0; left--) {
            waiting.poll().end(reply);
        }
    }

    private void sweep() {
        long overdue = loop.nanos() - timeoutNanos;
        waiting.stream()
                .filter(exchange -> exchange.isOpen() && exchange.due - overdue < 0)
                .toList()
                .forEach(exchange -> exchange.end(Reply.TIMED_OUT));
        waiting.removeIf(exchange -> !exchange.isOpen());
        List.copyOf(connections).forEach(connection -> connection.expire(overdue));
        sweeping = connections.size() > idle.size() || !waiting.isEmpty();
        if (sweeping) {
            loop.at(loop.nanos() + SWEEP_NANOS, this::sweep);
        }
    }

    /** The connection can take a request. */
    void ready(Http1Connection connection) {
        idle.push(connection);
        sendWaiting();
    }

    void ended(Exchange exchange, Reply reply) {
        exchange.end(reply);
        spare.push(exchange);
    }

    void closed(Http1Connection connection) {
        connections.remove(connection);
        idle.remove(connection);
        sendWaiting();
    }
}
