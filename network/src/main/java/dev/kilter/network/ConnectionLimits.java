package dev.kilter.network;

import java.time.Duration;

/**
 * How many connections, and what each may do.
 *
 * @param open at a time; each costs a file descriptor and some kilobytes
 * @param streams of one connection at a time; a client opens another connection beyond
 * @param resets streams of one connection that may be reset within {@link #WINDOW}: callers give up, but not faster
 *     than this
 * @param idleFrames HTTP/2 frames within {@link #WINDOW} that carry no part of a request or its answer's due; see
 *     {@link IdleFrames}
 * @param firstRequest from the accepted connection to its first request's last header
 * @param idle after which a connection without a request is closed; longer than clients keep one unused, so that they
 *     close it and not we, which may cross a request
 */
public record ConnectionLimits(
        int open, int streams, int resets, int idleFrames, Duration firstRequest, Duration idle) {

    /** Over which resets and frames are counted. */
    public static final Duration WINDOW = Duration.ofSeconds(10);

    public ConnectionLimits {
        positive("open", open);
        positive("streams", streams);
        positive("resets", resets);
        positive("idleFrames", idleFrames);
        positive("firstRequest", firstRequest);
        positive("idle", idle);
    }

    /** 16,384 connections of 1,000 streams; 10,000 resets, 1,000 idle frames; a minute for the first request. */
    public static ConnectionLimits keptFor(Duration idle) {
        return new ConnectionLimits(16_384, 1000, 10_000, 1000, Duration.ofMinutes(1), idle);
    }

    private static void positive(String field, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: >= 1)");
        }
    }

    private static void positive(String field, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: > 0)");
        }
    }
}
