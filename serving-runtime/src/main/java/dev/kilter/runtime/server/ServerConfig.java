package dev.kilter.runtime.server;

import dev.kilter.runtime.exchange.Limits;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and within which bounds to serve.
 *
 * @param port 0: any free one
 * @param host the address to listen on; empty: all
 * @param limits of one request
 * @param requestTimeout after which a request without an answer is given up; a net below the models' own deadlines
 * @param shutdownTimeout how long {@link RuntimeServer#close()} waits for requests in flight
 */
public record ServerConfig(
        int port, Optional<String> host, Limits limits, Duration requestTimeout, Duration shutdownTimeout) {

    /** Default limits, two minutes for a request, thirty seconds for what is in flight at the end. */
    public static ServerConfig at(Optional<String> host, int port) {
        return new ServerConfig(port, host, Limits.DEFAULT, Duration.ofMinutes(2), Duration.ofSeconds(30));
    }

    public ServerConfig {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
    }
}
