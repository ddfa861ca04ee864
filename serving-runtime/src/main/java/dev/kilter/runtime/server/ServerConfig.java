package dev.kilter.runtime.server;

import dev.kilter.network.ConnectionLimits;
import dev.kilter.runtime.exchange.Limits;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and within which bounds to serve.
 *
 * @param port 0: any free one
 * @param host the address to listen on; empty: all
 * @param limits of requests
 * @param eventLoops threads that read, decode, encode and write
 * @param connections how many, and what each may do
 * @param patience how long things may take
 * @param accessLog whether each request that failed has its line in the log
 */
public record ServerConfig(
        int port,
        Optional<String> host,
        Limits limits,
        int eventLoops,
        ConnectionLimits connections,
        Patience patience,
        boolean accessLog) {

    /** Each loop serves some tens of thousands of requests a second; the cores are for the engines. */
    private static final int CORES_OF_A_LOOP = 4;

    /** Longer than a gateway keeps a connection unused, which is 2 minutes. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    /**
     * How long things may take.
     *
     * @param request after which a request without an answer is given up; a net below the models' own deadlines
     * @param body from the first piece of a body, or of an answer, to its last
     * @param shutdown how long {@link RuntimeServer#close()} waits for requests in flight
     */
    public record Patience(Duration request, Duration body, Duration shutdown) {

        /** Two minutes for a request, thirty seconds for its body, thirty seconds at the end. */
        public static final Patience DEFAULT =
                new Patience(Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    /** Default limits and patience; an event loop for each four cores of this machine. */
    public static ServerConfig at(Optional<String> host, int port) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new ServerConfig(
                port,
                host,
                Limits.DEFAULT,
                Math.max(1, cores / CORES_OF_A_LOOP),
                ConnectionLimits.keptFor(IDLE),
                Patience.DEFAULT,
                true);
    }

    /** The same, for requests of nobody's: what fails of them is told otherwise. */
    public ServerConfig withoutAccessLog() {
        return new ServerConfig(port, host, limits, eventLoops, connections, patience, false);
    }

    public ServerConfig {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops: " + eventLoops + " (expected: >= 1)");
        }
    }
}
