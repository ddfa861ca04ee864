package dev.kilter.cli.load.wire;

import java.net.URI;

/**
 * An address to dial.
 *
 * @param tls whether the connection is encrypted; certificates are checked against the JDK's roots
 */
public record Endpoint(String host, int port, boolean tls) {

    /** From {@code http://HOST[:PORT]} or {@code https://HOST[:PORT]}; a path is ignored. */
    public static Endpoint of(URI uri) {
        boolean tls = "https".equals(uri.getScheme());
        if (uri.getHost() == null || !(tls || "http".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("url: " + uri + " (expected: http://HOST:PORT or https://HOST:PORT)");
        }
        return new Endpoint(uri.getHost(), uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80, tls);
    }

    String authority() {
        return host + ":" + port;
    }
}
