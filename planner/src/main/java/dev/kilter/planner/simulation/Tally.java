package dev.kilter.planner.simulation;

import dev.kilter.planner.simulation.control.Counter;

/** The counters of a pod or of the gateway. */
final class Tally {
    private final long[] counters = new long[Counter.COUNT];
    private int inFlight;
    private long since;

    void count(Counter counter) {
        counters[counter.index()]++;
    }

    void add(Counter counter, long more) {
        counters[counter.index()] += more;
    }

    /** What is no counter. */
    void set(Counter gauge, long value) {
        counters[gauge.index()] = value;
    }

    /** One more or one less is there. */
    void inFlight(int change, long now) {
        add(Counter.IN_FLIGHT_NANOS, inFlight * (now - since));
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

    /** Requests there, summed over nanoseconds. */
    long inFlightNanos(long now) {
        inFlight(0, now);
        return counters[Counter.IN_FLIGHT_NANOS.index()];
    }
}
