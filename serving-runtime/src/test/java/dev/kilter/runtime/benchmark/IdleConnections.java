package dev.kilter.runtime.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What connections that do nothing cost: {@code IdleConnections PORT COUNT}. Opens that many to a server on this
 * machine, makes one request on each, and prints how long a request on another takes with none and with all of them
 * open. The memory of the server is told by its own {@code process_resident_memory_bytes} or by the system.
 */
final class IdleConnections {

    private static final int CALLS = 500;
    private static final byte[] REQUEST =
            "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private IdleConnections() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        int count = Integer.parseInt(args[1]);
        print(0, port);
        print(0, port);
        List<SocketChannel> idle = new ArrayList<>();
        ByteBuffer answer = ByteBuffer.allocate(4096);
        try {
            while (idle.size() < count) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                idle.add(channel);
                channel.write(ByteBuffer.wrap(REQUEST));
                answer.clear();
                if (channel.read(answer) < 0) {
                    throw new IOException("closed after " + idle.size() + " connections");
                }
            }
            print(count, port);
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
        print(0, port);
    }

    private static void print(int open, int port) throws IOException {
        long[] nanos = new long[CALLS];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[4096];
            for (int i = 0; i < CALLS; i++) {
                long start = System.nanoTime();
                socket.getOutputStream().write(REQUEST);
                if (in.read(answer) < 0) {
                    throw new IOException("closed");
                }
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%6d idle connections: p50 %.1f us, p99 %.1f us%n",
                open,
                nanos[CALLS / 2] / 1e3,
                nanos[CALLS * 99 / 100] / 1e3);
    }
}
