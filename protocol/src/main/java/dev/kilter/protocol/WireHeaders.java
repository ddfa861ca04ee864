package dev.kilter.protocol;

/** HTTP headers that mean something between client, gateway and pod; the same in REST and gRPC. */
public final class WireHeaders {

    /** {@code true} on a pod's refusal before which it ran nothing: the request may be sent to another pod. */
    public static final String NOT_PROCESSED = "kilter-not-processed";

    /**
     * How long the caller waits, microseconds from the request's arrival; where it is a gRPC call, the earlier counts.
     */
    public static final String TIMEOUT_MICROS = "x-request-timeout-micros";

    /** How soon the request is to be served: 1 first, then 2, …; its parameter {@code priority} goes first. */
    public static final String PRIORITY = "x-request-priority";

    private WireHeaders() {}
}
