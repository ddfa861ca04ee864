package dev.kilter.runtime.batch;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.LesserAccount;
import dev.kilter.runtime.serving.InferenceCall;
import java.util.Optional;

/**
 * Which requests a lesser variant may answer: as the gateway says that sent them, or, of those of which nobody says it,
 * as many as their share allows. Guarded by the queue's lock.
 */
final class LesserPermits {

    private final LesserAccount own = new LesserAccount();

    /** The request as it may be served; its end must be told. */
    PendingRequest of(PendingRequest request, Optional<OperatingPoint.Lesser> lesser, long now) {
        boolean may = lesser.isPresent()
                && switch (request.call().lesser()) {
                    case ALLOWED -> true;
                    case FORBIDDEN -> false;
                    case UNSAID -> own.permits(lesser.get().maxShare(), now);
                };
        return may ? request.madeDegradable() : request;
    }

    /** It runs, by the lesser variant or not. */
    void ran(PendingRequest request, boolean byLesser, long now) {
        if (isOwn(request)) {
            own.ran(request.degradable(), byLesser, now);
        }
    }

    /** It will not run. */
    void left(PendingRequest request) {
        if (isOwn(request) && request.degradable()) {
            own.withdrawn();
        }
    }

    private static boolean isOwn(PendingRequest request) {
        return request.call().lesser() == InferenceCall.Lesser.UNSAID;
    }
}
