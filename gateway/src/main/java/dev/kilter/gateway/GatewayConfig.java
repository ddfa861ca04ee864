package dev.kilter.gateway;

import dev.kilter.network.ConnectionLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How one gateway runs.
 *
 * @param host address to listen on; empty: every address
 * @param port to listen on, 0..65535; 0: any free one, told by {@link Gateway#port()}
 * @param threads event loops, 1..64; each keeps its own connection to each pod
 * @param connections how many, and what each may do
 * @param maxRequestBytes the largest request body; larger ones are refused: 413, RESOURCE_EXHAUSTED
 * @param maxHeldBytes of all bodies together that are held at a time, requests and answers; what does not fit is
 *     refused: 429, RESOURCE_EXHAUSTED; at least 4/3 of {@code maxRequestBytes}
 * @param maxTransfer how long a client may take to send its request, and to read its answer
 * @param maxHold how long a request may wait for a pod to become ready; never beyond its own deadline
 * @param maxHeld how many requests may wait so at a time; further ones are refused at once
 * @param drainGrace how long a draining gateway still accepts, so that clients and Services let go of it first
 * @param stopTimeout how long requests in flight may take to finish once it no longer accepts
 */
public record GatewayConfig(
        Optional<String> host,
        int port,
        int threads,
        ConnectionLimits connections,
        int maxRequestBytes,
        long maxHeldBytes,
        Duration maxTransfer,
        Duration maxHold,
        int maxHeld,
        Duration drainGrace,
        Duration stopTimeout) {

    /** Longer than clients keep a connection unused, so that they close it: closed here, it may cross a request. */
    private static final Duration IDLE = Duration.ofMinutes(10);

    public GatewayConfig {
        require(port >= 0 && port <= 65535, "port", port, "0..65535");
        require(threads >= 1 && threads <= 64, "threads", threads, "1..64");
        require(maxRequestBytes >= 1, "maxRequestBytes", maxRequestBytes, ">= 1");
        require(
                maxHeldBytes / 4 * 3 >= maxRequestBytes,
                "maxHeldBytes",
                maxHeldBytes,
                "at least 4/3 of maxRequestBytes, " + maxRequestBytes);
        require(maxTransfer.isPositive(), "maxTransfer", maxTransfer, "> 0");
        require(!maxHold.isNegative(), "maxHold", maxHold, ">= 0");
        require(maxHeld >= 0, "maxHeld", maxHeld, ">= 0");
        require(!drainGrace.isNegative(), "drainGrace", drainGrace, ">= 0");
        require(!stopTimeout.isNegative(), "stopTimeout", stopTimeout, ">= 0");
    }

    /**
     * What fits local mode: this machine's clients alone, and no grace, since nobody stands between them and the
     * gateway.
     */
    public static GatewayConfig local(int port) {
        return new GatewayConfig(
                Optional.of("127.0.0.1"),
                port,
                Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8),
                ConnectionLimits.keptFor(IDLE),
                64 << 20,
                256 << 20,
                Duration.ofMinutes(2),
                Duration.ofSeconds(5),
                1024,
                Duration.ZERO,
                Duration.ofSeconds(10));
    }

    InetSocketAddress address() {
        return host.map(name -> new InetSocketAddress(name, port)).orElseGet(() -> new InetSocketAddress(port));
    }

    private static void require(boolean holds, String field, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
        }
    }
}
