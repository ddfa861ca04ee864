package dev.kilter.planner.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down what becomes of requests, for the whole run and for the window that is open. */
final class Ledger {
    private final long objective;
    private final long overhead;
    private final long warmUp;
    private final Sheet whole = new Sheet();
    private final Sheet open = new Sheet();
    private final List<Outcome.Window> windows = new ArrayList<>();
    private long windowStart;
    private double paidBefore;
    private final long[] answeredBy;
    private final long[] degradedBy;

    /** Counts of one span of time. */
    private static final class Sheet {
        private final Latencies latencies = new Latencies();
        private long offered;
        private long answered;
        private long inTime;
        private long refused;
        private long failed;
        private long degraded;
        private double seconds;

        void answered(long latency, boolean good) {
            latencies.add(latency);
            seconds += latency / 1e9;
            answered++;
            inTime += good ? 1 : 0;
        }

        Outcome.Requests requests() {
            return new Outcome.Requests(offered, answered, inTime, refused, failed);
        }

        void clear() {
            latencies.clear();
            offered = 0;
            answered = 0;
            inTime = 0;
            refused = 0;
            failed = 0;
            degraded = 0;
            seconds = 0;
        }
    }

    Ledger(Experiment experiment) {
        objective = experiment.objective().toNanos();
        overhead = experiment.overhead().toNanos();
        warmUp = experiment.warmUp().toNanos();
        answeredBy = new long[experiment.pools().size()];
        degradedBy = new long[experiment.pools().size()];
    }

    void offered(long arrival) {
        open.offered++;
        if (arrival >= warmUp) {
            whole.offered++;
        }
    }

    /** Whether it was in time. */
    boolean answered(int pool, long arrival, long end) {
        long latency = end - arrival + overhead;
        boolean good = latency <= objective;
        open.answered(latency, good);
        if (arrival >= warmUp) {
            whole.answered(latency, good);
            answeredBy[pool]++;
        }
        return good;
    }

    void degraded(int pool, long arrival) {
        open.degraded++;
        if (arrival >= warmUp) {
            whole.degraded++;
            degradedBy[pool]++;
        }
    }

    void refused(long arrival) {
        open.refused++;
        if (arrival >= warmUp) {
            whole.refused++;
        }
    }

    void failed(long arrival) {
        open.failed++;
        if (arrival >= warmUp) {
            whole.failed++;
        }
    }

    /** A window ends. */
    void close(long now, List<Pool> pools) {
        if (now == windowStart) {
            return;
        }
        double paid = pools.stream().mapToDouble(Pool::paid).sum();
        windows.add(new Outcome.Window(
                Duration.ofNanos(windowStart),
                Duration.ofNanos(now - windowStart),
                open.requests(),
                open.degraded,
                open.latencies.quantile(0.5),
                open.latencies.quantile(0.99),
                pools.stream().map(Pool::state).toList(),
                paid - paidBefore));
        windowStart = now;
        paidBefore = paid;
        open.clear();
    }

    List<Outcome.Window> windows() {
        return windows;
    }

    Outcome.Served served(Pool pool, double cost) {
        return new Outcome.Served(pool.spec().name(), answeredBy[pool.index()], degradedBy[pool.index()], cost);
    }

    Outcome.Totals totals(double cost, long inFlightNanos, long now) {
        return new Outcome.Totals(
                whole.requests(),
                whole.answered == 0 ? 0 : whole.seconds / whole.answered,
                whole.latencies.quantile(0.5),
                whole.latencies.quantile(0.99),
                whole.degraded,
                cost,
                now == 0 ? 0 : (double) inFlightNanos / now,
                Duration.ofNanos(now));
    }
}
