package dev.kilter.runtime.server;

import com.linecorp.armeria.common.annotation.Nullable;
import dev.kilter.network.SparseLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/**
 * Gives up answers that their clients do not take: what a client does not read, or opens no window for, is held here.
 * An HTTP/2 stream is reset whose client opens next to no window for it, so that others on its connection go on; a
 * connection is closed that is not read. Who takes an answer steadily is left alone, however slowly, but for one that
 * is one piece, which has its time.
 */
final class UntakenAnswers {

    /**
     * An answer under way.
     *
     * @param beganNanos its first byte, {@link System#nanoTime}
     * @param whole it is one piece; else a stream, which may go on for ever
     */
    record Answer(Channel connection, long beganNanos, boolean whole) {}

    /** Of the patience, between two looks. */
    private static final int LOOKS = 4;

    /** A client that opens less of a window within the patience, bytes, takes nothing: 546 bytes a second. */
    private static final long LEAST_OPENED = 16 << 10;

    private final SparseLog log = new SparseLog(LoggerFactory.getLogger(UntakenAnswers.class));
    private final long patienceNanos;

    /** The streams that lacked a window at every look lately; each inner map is its event loop's. */
    private final Map<Channel, Map<Integer, Waiting>> waiting = new ConcurrentHashMap<>();

    /** What was being sent at the last look, where something was. */
    private final Map<Channel, Since> sending = new ConcurrentHashMap<>();

    /**
     * A stream without a window.
     *
     * @param firstNanos the first look that found it so
     * @param fromNanos the last one until which enough had been opened
     * @param ofStream opened of its window until then
     * @param ofConnection and of its connection's
     */
    private record Waiting(long firstNanos, long fromNanos, long ofStream, long ofConnection) {}

    /**
     * How far a connection has come.
     *
     * @param pieces sent as a whole
     * @param progress bytes sent of the next one
     */
    private record Sending(long pieces, long progress) {}

    /**
     * What was the same at each look.
     *
     * @param nanos the first of them
     */
    private record Since(Sending sending, long nanos) {}

    /** @param patience for some window, and for bytes to be read; an answer that is one piece has twice that */
    UntakenAnswers(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** Connections that had something unsent at the last look. */
    int watched() {
        Set<Channel> watched = new HashSet<>(waiting.keySet());
        watched.addAll(sending.keySet());
        return watched.size();
    }

    /** Between two looks. */
    Duration interval() {
        return Duration.ofNanos(patienceNanos / LOOKS);
    }

    /** Looks at these answers' connections, not at idle ones. Called every {@link #interval}. */
    void look(List<Answer> answers, long nowNanos) {
        Map<Channel, Boolean> connections = new HashMap<>();
        waiting.keySet().forEach(connection -> connections.put(connection, false));
        sending.keySet().forEach(connection -> connections.put(connection, false));
        for (Answer answer : answers) {
            long nanos = nowNanos - answer.beganNanos();
            if (nanos >= patienceNanos / LOOKS) {
                connections.merge(
                        answer.connection(), answer.whole() && nanos >= 2 * patienceNanos, Boolean::logicalOr);
            }
        }
        connections.forEach(
                (connection, overdue) -> connection.eventLoop().execute(() -> look(connection, overdue, nowNanos)));
    }

    /** @param overdue has an answer that should have been taken by now */
    private void look(Channel connection, boolean overdue, long nowNanos) {
        ChannelOutboundBuffer unsent = connection.unsafe().outboundBuffer();
        boolean unread = unsent != null && unsent.totalPendingWriteBytes() > 0;
        if (isStuck(connection, unsent, nowNanos) || (overdue && unread)) {
            log.warn(() -> connection.remoteAddress() + ": does not read its answer; the connection is closed");
            connection.unsafe().close(connection.newPromise()); // HTTP/2 would wait for its streams
            waiting.remove(connection);
            sending.remove(connection);
            return;
        }
        ChannelHandlerContext http2 = connection.pipeline().context(Http2ConnectionHandler.class);
        if (http2 == null) { // or closed meanwhile
            waiting.remove(connection);
            return;
        }
        lookAtWindows(http2, (Http2ConnectionHandler) http2.handler(), overdue, nowNanos);
    }

    private void lookAtWindows(
            ChannelHandlerContext ctx, Http2ConnectionHandler http2, boolean overdue, long nowNanos) {
        Set<Integer> withoutWindow = withoutWindow(http2);
        if (withoutWindow.isEmpty()) {
            waiting.remove(ctx.channel());
            return;
        }
        OpenedWindows opened = OpenedWindows.of(http2);
        opened.watch(withoutWindow);
        Map<Integer, Waiting> streams = waiting.computeIfAbsent(ctx.channel(), _ -> new HashMap<>());
        streams.keySet().retainAll(withoutWindow);
        for (int stream : withoutWindow) {
            Waiting now = new Waiting(nowNanos, nowNanos, opened.ofStream(stream), opened.ofConnection());
            Waiting before = streams.getOrDefault(stream, now);
            boolean takes = openedSince(before, now, http2, stream) >= LEAST_OPENED;
            if ((!takes && nowNanos - before.fromNanos() >= patienceNanos)
                    || (overdue && nowNanos - before.firstNanos() >= 2 * patienceNanos)) {
                log.warn(() -> ctx.channel().remoteAddress() + ": does not take its answer; the stream is reset");
                http2.resetStream(ctx, stream, Http2Error.CANCEL.code(), ctx.newPromise());
                ctx.flush();
                streams.remove(stream);
            } else {
                streams.put(
                        stream,
                        takes
                                ? new Waiting(before.firstNanos(), nowNanos, now.ofStream(), now.ofConnection())
                                : before);
            }
        }
    }

    /** Of that window which the stream lacks: its own, or its connection's. */
    private static long openedSince(Waiting before, Waiting now, Http2ConnectionHandler http2, int stream) {
        Http2Connection connection = http2.connection();
        return connection.remote().flowController().windowSize(connection.stream(stream)) > 0
                ? now.ofConnection() - before.ofConnection()
                : now.ofStream() - before.ofStream();
    }

    /** Whether the client has read nothing for as long as it may. */
    private boolean isStuck(Channel connection, @Nullable ChannelOutboundBuffer unsent, long nowNanos) {
        if (unsent == null || unsent.current() == null) {
            sending.remove(connection);
            return false;
        }
        SentPieces sent = connection.pipeline().get(SentPieces.class);
        Sending now = new Sending(sent.count(unsent), unsent.currentProgress());
        Since since = sending.get(connection);
        if (since == null || !since.sending().equals(now)) {
            sending.put(connection, new Since(now, nowNanos));
            return false;
        }
        return nowNanos - since.nanos() >= patienceNanos;
    }

    private static Set<Integer> withoutWindow(Http2ConnectionHandler http2) {
        Set<Integer> streams = new HashSet<>();
        Http2RemoteFlowController flow = http2.connection().remote().flowController();
        try {
            http2.connection().forEachActiveStream(stream -> {
                if (flow.hasFlowControlled(stream)) {
                    streams.add(stream.id());
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException(e); // the visitor throws none
        }
        return streams;
    }
}
