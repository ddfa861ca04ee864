package dev.kilter.gateway.counting;

/** What became of a request, as the SLO counts it. */
public enum Verdict {
    /** Answered well. */
    ANSWERED,
    /** Refused, here or by a pod, for want of capacity or of a ready pod. */
    REFUSED,
    /** Failed in any other way that is not the client's fault. */
    FAILED,
    /** The client's fault. */
    INVALID;

    private static final int GRPC_OK = 0;

    /** Of an HTTP answer that does not speak gRPC. */
    public static Verdict ofHttp(int status) {
        return switch (status / 100) {
            case 2, 3 -> ANSWERED;
            case 4 -> status == 429 ? REFUSED : INVALID;
            default ->
                switch (status) {
                    case 501 -> INVALID;
                    case 503 -> REFUSED;
                    default -> FAILED;
                };
        };
    }

    /** Of a gRPC status code. */
    public static Verdict ofGrpc(int code) {
        return switch (code) {
            case GRPC_OK -> ANSWERED;
            case 8, 14 -> REFUSED; // RESOURCE_EXHAUSTED, UNAVAILABLE
            // CANCELLED, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION,
            // OUT_OF_RANGE, UNIMPLEMENTED, UNAUTHENTICATED
            case 1, 3, 5, 6, 7, 9, 11, 12, 16 -> INVALID;
            default -> FAILED;
        };
    }
}
