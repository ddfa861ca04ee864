package dev.kilter.cli.load.wire;

import java.util.Map;

/**
 * A POST to send over and over.
 *
 * @param path with the leading slash
 * @param headers names in lower case; content-length and authority are added
 * @param body as it travels; a gRPC message with its prefix of five bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WireRequest(String path, Map<String, String> headers, byte[] body) {
    public WireRequest {
        headers = Map.copyOf(headers);
    }
}
