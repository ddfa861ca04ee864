package dev.kilter.planner.simulation.arrivals;

import dev.kilter.core.simulation.SimulatedReplica;
import java.util.SplittableRandom;

/** When requests arrive. A value: each {@link #start} gives a stream of its own. */
public sealed interface Arrivals permits Trace, RateCurve {

    /** What {@link Stream#nextNanos} says after the last one. */
    long NEVER = SimulatedReplica.NEVER;

    /** The moments from the first one on. */
    Stream start(SplittableRandom random);

    /** How long they go on, nanoseconds. */
    long lengthNanos();

    /** The moments, one after the other. */
    @FunctionalInterface
    interface Stream {

        /** Nanoseconds since the beginning, never less than the one before; {@link #NEVER}: there are no more. */
        long nextNanos();
    }
}
