package dev.kilter.runtime.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Callers of HTTP/1.1, a connection each, on one thread. */
final class RestLoop {

    private static final int MOST_SAMPLES = 2_000_000;

    private final long[] nanos = new long[MOST_SAMPLES];
    private int count;

    private RestLoop() {}

    static EdgeBenchmark.Closed run(int port, byte[] request, int callers, double seconds) throws IOException {
        RestLoop loop = new RestLoop();
        long start = System.nanoTime();
        long end = start + Math.round(seconds * 1e9);
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < callers; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Caller caller = new Caller(channel, request);
                channel.register(selector, SelectionKey.OP_READ, caller);
                caller.send();
            }
            while (System.nanoTime() < end) {
                selector.select(key -> loop.read((Caller) key.attachment()), 100);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
        return EdgeBenchmark.Closed.of(loop.nanos, loop.count, System.nanoTime() - start);
    }

    private void read(Caller caller) {
        try {
            if (caller.answered()) {
                nanos[count++ % MOST_SAMPLES] = System.nanoTime() - caller.sentAt;
                caller.send();
            }
        } catch (IOException e) {
            throw new IllegalStateException("after " + count + " answers", e);
        }
    }

    private static final class Caller {
        private final SocketChannel channel;
        private final ByteBuffer request;
        private final ByteBuffer answer = ByteBuffer.allocateDirect(64 << 10);
        private int length = -1;
        private long sentAt;

        Caller(SocketChannel channel, byte[] request) {
            this.channel = channel;
            this.request = ByteBuffer.allocateDirect(request.length).put(request);
        }

        void send() throws IOException {
            sentAt = System.nanoTime();
            request.flip();
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }

        boolean answered() throws IOException {
            if (channel.read(answer) < 0) {
                throw new IOException("closed by the server");
            }
            if (length < 0) {
                length = length();
            }
            if (length < 0 || answer.position() < length) {
                return false;
            }
            answer.clear();
            return true;
        }

        /** Of the whole answer; parsed once, all answers are alike. */
        private int length() throws IOException {
            byte[] bytes = new byte[answer.position()];
            answer.duplicate().flip().get(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (head < 0) {
                return -1;
            }
            if (!text.startsWith("HTTP/1.1 200")) {
                throw new IOException(text);
            }
            String lower = text.toLowerCase(Locale.ROOT);
            int at = lower.indexOf("\r\ncontent-length:") + "\r\ncontent-length:".length();
            return head
                    + 4
                    + Integer.parseInt(
                            lower.substring(at, lower.indexOf('\r', at)).strip());
        }
    }
}
