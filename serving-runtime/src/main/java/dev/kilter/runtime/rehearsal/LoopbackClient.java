package dev.kilter.runtime.rehearsal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One connection to this machine, and just so much of HTTP (RFC 9112, RFC 9113) as one request after another needs: a
 * client library would take longer to load than it takes to ask.
 */
final class LoopbackClient implements AutoCloseable {

    private static final int LARGEST_FRAME = 16 << 10;
    private static final int WINDOW = 1 << 30;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;

    private static final List<String> GRPC_HEADERS = List.of(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/inference.GRPCInferenceService/ModelInfer",
            ":authority", "localhost",
            "content-type", "application/grpc",
            "te", "trailers");

    private final Socket socket;
    private final DataInputStream in;

    /** @param patience with each answer */
    LoopbackClient(int port, Duration patience) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Sends that request and reads its answer, which tells its length. */
    void http1(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        in.skipNBytes(length);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /**
     * Sends that message by gRPC and reads the answer to its end.
     *
     * @param earlier how many were sent on this connection before
     */
    void http2(byte[] message, int earlier) throws IOException {
        int stream = 2 * earlier + 1;
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(request);
        if (earlier == 0) {
            to.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(to, SETTINGS, 0, 0, 6);
            to.writeShort(INITIAL_WINDOW_SIZE);
            to.writeInt(WINDOW);
            frame(to, WINDOW_UPDATE, 0, 0, Integer.BYTES);
            to.writeInt(WINDOW);
        }
        byte[] headers = literals();
        frame(to, HEADERS, END_HEADERS, stream, headers.length);
        to.write(headers);
        for (int from = 0; from < message.length; from += LARGEST_FRAME) {
            int length = Math.min(LARGEST_FRAME, message.length - from);
            frame(to, DATA, from + length == message.length ? END_STREAM : 0, stream, length);
            to.write(message, from, length);
        }
        socket.getOutputStream().write(request.toByteArray());
        readToEnd(stream);
    }

    /** Header fields without indexing (RFC 7541, 6.2.2); each is shorter than 127 bytes. */
    private static byte[] literals() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < GRPC_HEADERS.size(); i++) {
            if (i % 2 == 0) {
                block.write(0);
            }
            block.write(GRPC_HEADERS.get(i).length());
            block.writeBytes(GRPC_HEADERS.get(i).getBytes(StandardCharsets.US_ASCII));
        }
        return block.toByteArray();
    }

    private static void frame(DataOutputStream to, int type, int flags, int stream, int length) throws IOException {
        to.writeShort(length >> 8);
        to.writeByte(length);
        to.writeByte(type);
        to.writeByte(flags);
        to.writeInt(stream);
    }

    private void readToEnd(int stream) throws IOException {
        while (true) {
            int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int of = in.readInt();
            in.skipNBytes(length);
            if (type == GOAWAY) {
                throw new EOFException("the connection was closed");
            }
            if (type == SETTINGS && flags != ACK) {
                ByteArrayOutputStream ack = new ByteArrayOutputStream();
                frame(new DataOutputStream(ack), SETTINGS, ACK, 0, 0);
                socket.getOutputStream().write(ack.toByteArray());
            }
            if (of == stream && (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
