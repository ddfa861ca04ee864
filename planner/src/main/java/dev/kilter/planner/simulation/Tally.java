package dev.kilter.planner.simulation;

import dev.kilter.planner.simulation.control.Counter;

/** The counters of a pod or of the gateway. */
final class Tally {
    private final long[] counters = new long[Counter.values().length];
    private int inFlight;
    private long since;

    void count(Counter counter) {
        counters[counter.ordinal()]++;
    }

    void add(Counter counter, long more) {
        counters[counter.ordinal()] += more;
    }

    /** One more or one less is there. */
    void inFlight(int change, long now) {
        counters[Counter.IN_FLIGHT_NANOS.ordinal()] += inFlight * (now - since);
        since = now;
        inFlight += change;
    }

    int inFlight() {
        return inFlight;
    }

    /** As of now; not to be changed or kept. */
    long[] read(long now) {
        inFlight(0, now);
        return counters;
    }

    long get(Counter counter) {
        return counters[counter.ordinal()];
    }
}
