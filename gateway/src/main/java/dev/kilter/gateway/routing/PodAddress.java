package dev.kilter.gateway.routing;

/**
 * Where one pod serves, REST and gRPC on the same port, HTTP/2 without TLS.
 *
 * @param host an IP address or a name
 * @param port 1..65535
 */
public record PodAddress(String host, int port) {
    public PodAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: blank (expected: an address or a name)");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
