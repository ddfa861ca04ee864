package dev.kilter.runtime.server;

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
 */
public record ServerConfig(
        int port,
        Optional<String> host,
        Limits limits,
        int eventLoops,
        ConnectionLimits connections,
        Patience patience) {

    /** Each loop serves some tens of thousands of requests a second; the cores are for the engines. */
    private static final int CORES_OF_A_LOOP = 4;

    /**
     * How many connections, and what each may do.
     *
     * @param open at a time; each costs a file descriptor and some kilobytes
     * @param streams of one connection at a time; a gateway opens another connection beyond
     * @param resets streams of one connection that may be reset within {@link #WINDOW}: callers give up, but not faster
     *     than this
     */
    public record ConnectionLimits(int open, int streams, int resets) {

        /** Over which resets are counted. */
        static final Duration WINDOW = Duration.ofSeconds(10);

        /** 16,384 connections of 1,000 streams; 10,000 resets. */
        public static final ConnectionLimits DEFAULT = new ConnectionLimits(16_384, 1000, 10_000);

        public ConnectionLimits {
            positive("open", open);
            positive("streams", streams);
            positive("resets", resets);
        }
    }

    /**
     * How long things may take.
     *
     * @param request after which a request without an answer is given up; a net below the models' own deadlines
     * @param body from the first piece of a body, or of an answer, to its last
     * @param firstRequest from the accepted connection to its first request's last header
     * @param idle after which a connection without a request is closed; longer than gateways and clients keep one
     *     unused, so that they close it and not we
     * @param shutdown how long {@link RuntimeServer#close()} waits for requests in flight
     */
    public record Patience(Duration request, Duration body, Duration firstRequest, Duration idle, Duration shutdown) {

        /**
         * Two minutes for a request, thirty seconds for its body, a minute for the first, thirty seconds at the end.
         */
        public static final Patience DEFAULT = new Patience(
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30));
    }

    /** Default limits and patience; an event loop for each four cores of this machine. */
    public static ServerConfig at(Optional<String> host, int port) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new ServerConfig(
                port,
                host,
                Limits.DEFAULT,
                Math.max(1, cores / CORES_OF_A_LOOP),
                ConnectionLimits.DEFAULT,
                Patience.DEFAULT);
    }

    public ServerConfig {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
        positive("eventLoops", eventLoops);
    }

    private static void positive(String field, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: >= 1)");
        }
    }
}
