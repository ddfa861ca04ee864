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

    /**
     * {@code true} or {@code false}, from a gateway, which keeps account: whether a lesser variant may answer the
     * request instead of nobody. Without it a pod keeps account of such requests itself.
     */
    public static final String DEGRADABLE = "kilter-degradable";

    /** {@code true} on an answer that a lesser variant gave instead of nobody. */
    public static final String DEGRADED = "kilter-degraded";

    private WireHeaders() {}
}
