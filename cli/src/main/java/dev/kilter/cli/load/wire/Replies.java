package dev.kilter.cli.load.wire;

import dev.kilter.cli.load.LoadTarget.Reply;

/** What status codes mean for a load test. */
final class Replies {

    /** No gRPC status came. */
    static final int NONE = -1;

    private Replies() {}

    static Reply of(int httpStatus) {
        return switch (httpStatus) {
            case 200 -> Reply.ANSWERED;
            case 429, 503, 504 -> Reply.REFUSED;
            default -> Reply.FAILED;
        };
    }

    /** Codes of google.rpc.Code: OK, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
    static Reply ofGrpc(int httpStatus, int grpcStatus) {
        return switch (grpcStatus) {
            case NONE -> httpStatus == 200 ? Reply.FAILED : of(httpStatus);
            case 0 -> Reply.ANSWERED;
            case 4, 8, 14 -> Reply.REFUSED;
            default -> Reply.FAILED;
        };
    }
}
