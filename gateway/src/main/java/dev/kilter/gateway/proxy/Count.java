package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.gateway.counting.ModelCounters;
import dev.kilter.gateway.counting.Verdict;
import dev.kilter.protocol.WireHeaders;
import io.netty.util.AttributeKey;
import java.util.Optional;

/**
 * Counts one inference: offered now, its verdict, its time and whether a lesser variant answered it when the last byte
 * of the answer is written.
 */
final class Count {

    /** Set where the status alone does not tell, as where a lost answer is reported as unavailable. */
    private static final AttributeKey<Verdict> VERDICT = AttributeKey.valueOf(Count.class, "verdict");

    private Count() {}

    /** @param degradable whether a lesser variant may answer it; empty: no account is kept */
    static void on(ServiceRequestContext ctx, Dialect dialect, ModelCounters counters, Optional<Boolean> degradable) {
        counters.offered();
        ctx.log().whenComplete().thenAccept(log -> {
            long nanos = log.totalDurationNanos();
            Verdict verdict = verdict(ctx, dialect, log, nanos, counters);
            counters.ended(verdict, nanos);
            degradable.ifPresent(permitted -> counters.lesserAnswers()
                    .ended(verdict, permitted, log.responseHeaders().contains(WireHeaders.DEGRADED)));
        });
    }

    /** The gateway's own answer says what it counts as. */
    static void as(ServiceRequestContext ctx, Verdict verdict) {
        ctx.setAttr(VERDICT, verdict);
    }

    private static Verdict verdict(
            ServiceRequestContext ctx, Dialect dialect, RequestLog log, long nanos, ModelCounters counters) {
        Verdict known = ctx.attr(VERDICT);
        if (known != null) {
            return known;
        }
        if (log.responseHeaders().status().code() < 100) {
            // The client hung up before an answer. Whether it was too impatient is for the objective to say.
            return nanos > counters.sloMillis() * 1e6 ? Verdict.FAILED : Verdict.INVALID;
        }
        return dialect.verdict(log.responseHeaders(), log.responseTrailers());
    }
}
