package dev.kilter.runtime.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A socket to the server, for clients that behave as no library lets them. */
final class RawConnection implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;

    RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Waits until the server holds that many bytes of bodies. */
    void awaitTaken(RunningEdge edge, double bytes) throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (edge.heldBytes() < bytes && System.nanoTime() < patience) {
            Thread.sleep(1);
        }
    }

    /** Everything until the server closes. */
    String readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.write(next);
            }
        } catch (SocketException e) {
            // Reset instead of closed: what had come is what there is.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** The next line. */
    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read(); next >= 0 && next != '\n'; ) {
            line.append((char) next);
            next = socket.getInputStream().read();
        }
        return line.toString().strip();
    }

    /** The type of the next frame of that stream, its payload read past; -1 at the end. */
    int readFrame(int stream) throws IOException {
        while (true) {
            byte[] head = socket.getInputStream().readNBytes(Http2Wire.FRAME_HEADER);
            if (head.length < Http2Wire.FRAME_HEADER) {
                return -1;
            }
            int length = ByteBuffer.wrap(head).getInt() >>> 8;
            socket.getInputStream().skipNBytes(length);
            int of = ByteBuffer.wrap(head).getInt(5);
            if (of == stream) {
                return head[3];
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
