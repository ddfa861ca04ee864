package dev.kilter.planner.simulation;

import dev.kilter.core.simulation.SimulatedReplica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The replicas that serve or drain, over all pools, and whose event is next. */
final class Fleet {
    private final EarliestFirst events = new EarliestFirst();
    private final List<Replica> bySlot = new ArrayList<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private final List<Replica> routable = new ArrayList<>();

    int freeSlot() {
        if (freeSlots.isEmpty()) {
            bySlot.add(null);
            return bySlot.size() - 1;
        }
        return freeSlots.pop();
    }

    /** It takes requests from now on. */
    void join(Replica replica) {
        bySlot.set(replica.slot(), replica);
        routable.add(replica);
        schedule(replica);
    }

    /** It gets no more requests. */
    void drain(Replica replica) {
        routable.remove(replica);
    }

    /** It is no more. */
    void leave(Replica replica) {
        routable.remove(replica);
        events.set(replica.slot(), SimulatedReplica.NEVER);
        bySlot.set(replica.slot(), null);
        freeSlots.push(replica.slot());
    }

    /** Those that may be chosen for a request. */
    List<Replica> routable() {
        return routable;
    }

    void schedule(Replica replica) {
        events.set(replica.slot(), replica.nextNanos());
    }

    long time() {
        return events.time();
    }

    /** The replica whose event is next does what is due. */
    void advance(long now) {
        Replica replica = bySlot.get(events.slot());
        replica.advance(now);
        schedule(replica);
        replica.pool().advanced(replica);
    }
}
