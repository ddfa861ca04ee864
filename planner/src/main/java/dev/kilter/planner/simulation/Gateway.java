package dev.kilter.planner.simulation;

import dev.kilter.core.balancing.LeastOutstanding;
import dev.kilter.core.batching.LesserAccount;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.History;
import dev.kilter.planner.simulation.control.Metrics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The gateway: sends each request to the replica that the production balancing chooses, holds what finds none for a
 * while, sends nothing twice, counts, and keeps the account of lesser answers.
 */
final class Gateway {
    /** As the gateway is configured by default. */
    private static final long MAX_HOLD = 5_000_000_000L;

    private static final int MAX_HELD = 1024;

    private final Timeline timeline;
    private final Fleet fleet;
    private final Ledger ledger;
    private final SplittableRandom random;
    private final long patience;
    private final Tally tally = new Tally();
    private final History history;
    private final Deque<Long> held = new ArrayDeque<>();
    private final LesserAccount account = new LesserAccount();
    /** Of the requests, that lesser variants may answer, as heard last. */
    private double share;

    Gateway(Timeline timeline, Fleet fleet, Ledger ledger, long objectiveNanos, int samples) {
        this.timeline = timeline;
        this.fleet = fleet;
        this.ledger = ledger;
        this.random = timeline.chance();
        this.patience = Math.min(MAX_HOLD, objectiveNanos);
        this.history = new History(samples);
    }

    /** A request comes now. */
    void arrive(long now) {
        tally.count(Counter.OFFERED);
        tally.inFlight(1, now);
        ledger.offered(now);
        if (!sent(now, now)) {
            hold(now);
        }
    }

    /** Whether there was somebody to send it to. */
    private boolean sent(long arrival, long now) {
        Optional<Replica> choice = LeastOutstanding.choose(fleet.routable(), _ -> true, random.nextInt());
        if (choice.isEmpty()) {
            return false;
        }
        Replica replica = choice.get();
        share = replica.pool().lesserShare();
        boolean degradable = account.permits(share, now);
        if (!replica.offer(arrival, degradable, now)) {
            refused(arrival);
            notBegun(degradable);
        }
        fleet.schedule(replica);
        return true;
    }

    private void hold(long arrival) {
        if (held.size() >= MAX_HELD) {
            refused(arrival);
            return;
        }
        held.add(arrival);
        timeline.after(patience, this::letGo);
    }

    private void letGo() {
        while (!held.isEmpty() && held.peek() + patience <= timeline.now()) {
            refused(held.remove());
        }
    }

    /** A replica has become ready: what is held goes on. */
    void replicaReady() {
        while (!held.isEmpty() && sent(held.peek(), timeline.now())) {
            held.remove();
        }
    }

    void answered(Pool pool, long arrival, long end) {
        tally.inFlight(-1, end);
        tally.count(Counter.ANSWERED);
        if (ledger.answered(pool.index(), arrival, end)) {
            tally.count(Counter.IN_TIME);
        }
    }

    /** A batch with it starts. */
    void begun(Pool pool, long arrival, boolean degradable, boolean degraded) {
        account.ran(degradable, degraded, timeline.now());
        if (degraded) {
            ledger.degraded(pool.index(), arrival);
        }
    }

    /** No batch with it will start. */
    void notBegun(boolean degradable) {
        if (degradable) {
            account.withdrawn();
        }
    }

    void refused(long arrival) {
        tally.inFlight(-1, timeline.now());
        tally.count(Counter.REFUSED);
        ledger.refused(arrival);
    }

    void failed(long arrival) {
        tally.inFlight(-1, timeline.now());
        tally.count(Counter.FAILED);
        ledger.failed(arrival);
    }

    void scraped(long now) {
        tally.set(Counter.LESSER_LEFT, account.left(share, now));
        history.add(now, tally.read(now));
    }

    Metrics metrics(long untilNanos) {
        return new Metrics(history, untilNanos);
    }

    /** Whether requests are under way. */
    boolean busy() {
        return tally.inFlight() > 0;
    }

    /** Requests under way, summed over nanoseconds. */
    long inFlightNanos() {
        return tally.inFlightNanos(timeline.now());
    }
}
