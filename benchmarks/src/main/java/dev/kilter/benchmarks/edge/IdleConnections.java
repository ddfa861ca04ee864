package dev.kilter.benchmarks.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What connections cost that do nothing: {@code IdleConnections PORT COUNT PID}. Opens that many of each kind to the
 * {@link EdgeServer} of that process, and prints how long requests of another client take with none and with all of
 * them open, and how much memory the server has resident.
 */
public final class IdleConnections {

    private static final int CALLS = 5_000;
    private static final int UNCOUNTED = 20_000;
    private static final byte[] HEALTH = ascii("GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    private static final byte[] INFER = infer();

    /** What a connection did before it fell silent. One whose client vanished looks the same as any of them. */
    private enum Kind {
        REST,
        HTTP_2,
        NOTHING_SENT,
        HALF_A_REQUEST;

        byte[] sent() {
            return switch (this) {
                case REST -> HEALTH;
                case HTTP_2 -> http2();
                case NOTHING_SENT -> new byte[0];
                case HALF_A_REQUEST -> Arrays.copyOf(INFER, INFER.length / 2);
            };
        }

        boolean isAnswered() {
            return this == REST || this == HTTP_2;
        }
    }

    private final InetSocketAddress server;
    private final Path memory;

    private IdleConnections(int port, String pid) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.memory = Path.of("/proc", pid, "smaps_rollup");
    }

    public static void main(String[] args) throws IOException {
        IdleConnections trial = new IdleConnections(Integer.parseInt(args[0]), args[2]);
        int count = Integer.parseInt(args[1]);
        trial.calls(UNCOUNTED);
        trial.tell("none", 0);
        for (Kind kind : Kind.values()) {
            trial.with(kind, count);
        }
        trial.tell("none", 0);
    }

    private void with(Kind kind, int count) throws IOException {
        List<SocketChannel> idle = new ArrayList<>(count);
        ByteBuffer answer = ByteBuffer.allocate(4096);
        byte[] sent = kind.sent();
        try {
            while (idle.size() < count) {
                SocketChannel channel = SocketChannel.open(server);
                idle.add(channel);
                channel.write(ByteBuffer.wrap(sent));
                if (kind.isAnswered() && channel.read(answer.clear()) < 0) {
                    throw new IOException("closed by the server after " + idle.size() + " connections");
                }
            }
            tell(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), count);
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    private void tell(String kind, int open) throws IOException {
        long[] nanos = calls(CALLS);
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%6d idle (%s): p50 %.1f us, p99 %.1f us, resident %d MiB%n",
                open,
                kind,
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length * 99 / 100] / 1e3,
                residentKib() >> 10);
    }

    private long[] calls(int count) throws IOException {
        long[] nanos = new long[count];
        ByteBuffer answer = ByteBuffer.allocate(16 << 10);
        try (SocketChannel channel = SocketChannel.open(server)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                channel.write(ByteBuffer.wrap(INFER));
                if (channel.read(answer.clear()) < 0) {
                    throw new IOException("closed by the server amid the measurement");
                }
                nanos[i] = System.nanoTime() - start;
            }
        }
        return nanos;
    }

    private long residentKib() throws IOException {
        return Files.readAllLines(memory).stream()
                .filter(line -> line.startsWith("Rss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** One row of 256 zeros, in and out as bytes. */
    private static byte[] infer() {
        String json = "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[1,256],"
                + "\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":1024}}]}";
        byte[] head = ascii("POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nInference-Header-Content-Length: "
                + json.length() + "\r\nContent-Length: " + (json.length() + 1024) + "\r\n\r\n" + json);
        return Arrays.copyOf(head, head.length + 1024);
    }

    /**
     * The opening of a connection, and the headers of a request without a body, each a literal (RFC 9113, RFC 7541).
     */
    private static byte[] http2() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String text :
                new String[] {":method", "GET", ":scheme", "http", ":path", "/v2/health/live", ":authority", "localhost"
                }) {
            if (text.startsWith(":")) {
                block.write(0);
            }
            block.write(text.length());
            block.writeBytes(ascii(text));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        bytes.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS, none
        bytes.writeBytes(new byte[] {0, 0, (byte) block.size(), 1, 5, 0, 0, 0, 1}); // HEADERS, all, and the end
        bytes.writeBytes(block.toByteArray());
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
