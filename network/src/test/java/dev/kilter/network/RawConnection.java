package dev.kilter.network;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** A socket to the server, for clients that behave as no library lets them. */
public final class RawConnection implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int MOMENT_MILLIS = 10;

    private final Socket socket;
    private final InputStream in;

    public RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Where the server closes meanwhile, what it had told before is still to be read. */
    public void sendAsFarAsItGoes(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException e) {
            // closed
        }
    }

    /** No more is to come from here, as {@code nc -N} says it; what is answered can still be read. */
    public void endSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Everything until the server closes. */
    public String readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int next = read(); next >= 0; next = read()) {
            all.write(next);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** What comes until the server closes, or is silent for a moment; closing then resets, so that no port is kept. */
    public String readWhileItComes() throws IOException {
        socket.setSoLinger(true, 0);
        socket.setSoTimeout(MOMENT_MILLIS);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (int next = read(); next >= 0; next = read()) {
                all.write(next);
            }
        } catch (SocketTimeoutException e) {
            // silent
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** The next line; empty at the end. */
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = read(); next >= 0 && next != '\n'; next = read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** The type of the next frame of that stream, its payload read past; -1 at the end. */
    public int readFrame(int stream) throws IOException {
        while (true) {
            Frame next = nextFrame();
            if (next.type() < 0 || next.stream() == stream) {
                return next.type();
            }
        }
    }

    /** Which of these types of frames comes first, on whatever stream; -1 at the end. */
    public int awaitFrame(Integer... types) throws IOException {
        while (true) {
            int type = nextFrame().type();
            if (type < 0 || Set.of(types).contains(type)) {
                return type;
            }
        }
    }

    /** @param type -1 at the end */
    private record Frame(int type, int stream) {}

    private Frame nextFrame() throws IOException {
        byte[] head = new byte[Http2Wire.FRAME_HEADER];
        for (int i = 0; i < head.length; i++) {
            int next = read();
            if (next < 0) {
                return new Frame(-1, 0);
            }
            head[i] = (byte) next;
        }
        for (int left = ByteBuffer.wrap(head).getInt() >>> 8; left > 0; left--) {
            read();
        }
        return new Frame(head[3], ByteBuffer.wrap(head).getInt(5));
    }

    /**
     * -1 at the end, also where the server had not read all when it closed: then TCP resets, and answers may be lost.
     */
    private int read() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
