package dev.kilter.runtime.benchmark;

import dev.kilter.network.Http2Wire;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Callers of gRPC, streams of one connection, on one thread. */
final class GrpcLoop {

    private static final int MOST_SAMPLES = 2_000_000;
    private static final int STREAMS_IN_SIGHT = 1 << 12;
    private static final int WINDOW_UPDATE_AT = 1 << 29;

    private final SocketChannel channel;
    private final byte[] headers;
    private final byte[] frame;
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 20);
    private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 20);
    private final long[] sentAt = new long[STREAMS_IN_SIGHT];
    private final long[] nanos = new long[MOST_SAMPLES];
    private int stream = 1;
    private int count;
    private int unacknowledged;

    private GrpcLoop(SocketChannel channel, byte[] headers, byte[] frame) {
        this.channel = channel;
        this.headers = headers;
        this.frame = frame;
    }

    static EdgeBenchmark.Closed run(int port, byte[] headers, byte[] frame, int callers, double seconds)
            throws IOException {
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            GrpcLoop loop = new GrpcLoop(channel, headers, frame);
            loop.out.put(Http2Wire.opening());
            long start = System.nanoTime();
            for (int i = 0; i < callers; i++) {
                loop.ask();
            }
            loop.flush();
            long end = start + Math.round(seconds * 1e9);
            while (System.nanoTime() < end) {
                loop.turn();
            }
            return EdgeBenchmark.Closed.of(loop.nanos, loop.count, System.nanoTime() - start);
        }
    }

    private void ask() {
        sentAt[stream / 2 % STREAMS_IN_SIGHT] = System.nanoTime();
        put(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, headers);
        put(Http2Wire.DATA, Http2Wire.END_STREAM, stream, frame);
        stream += 2;
    }

    private void put(int type, int flags, int to, byte[] payload) {
        out.putInt((payload.length << 8) | type).put((byte) flags).putInt(to).put(payload);
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    private void turn() throws IOException {
        if (channel.read(in) < 0) {
            throw new EOFException("closed by the server after " + count + " answers");
        }
        in.flip();
        while (in.remaining() >= Http2Wire.FRAME_HEADER) {
            int head = in.getInt(in.position());
            int length = head >>> 8;
            if (in.remaining() < Http2Wire.FRAME_HEADER + length) {
                break;
            }
            int flags = in.get(in.position() + 4);
            int of = in.getInt(in.position() + 5);
            handle(head & 0xFF, flags, of, length);
            in.position(in.position() + Http2Wire.FRAME_HEADER + length);
        }
        in.compact();
        if (out.position() > 0) {
            flush();
        }
    }

    private void handle(int type, int flags, int of, int length) throws IOException {
        switch (type) {
            case Http2Wire.HEADERS -> {
                if ((flags & Http2Wire.END_STREAM) != 0) {
                    if (length > 100) {
                        throw new IOException("an error instead of an answer, after " + count);
                    }
                    nanos[count++ % MOST_SAMPLES] = System.nanoTime() - sentAt[of / 2 % STREAMS_IN_SIGHT];
                    ask();
                }
            }
            case Http2Wire.DATA -> {
                unacknowledged += length;
                if (unacknowledged > WINDOW_UPDATE_AT) {
                    put(Http2Wire.WINDOW_UPDATE, 0, 0, Http2Wire.ints(unacknowledged));
                    unacknowledged = 0;
                }
            }
            case Http2Wire.SETTINGS -> {
                if ((flags & Http2Wire.ACK) == 0) {
                    put(Http2Wire.SETTINGS, Http2Wire.ACK, 0, new byte[0]);
                }
            }
            case Http2Wire.GOAWAY, Http2Wire.RST_STREAM -> throw new IOException("refused after " + count);
            default -> {}
        }
    }
}
