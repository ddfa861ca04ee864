package dev.kilter.planner.simulation.arrivals;

import dev.kilter.core.simulation.SimulatedReplica;
import java.time.Duration;
import java.util.SplittableRandom;

/** When requests arrive. A value: each {@link #start} gives a stream of its own. */
public sealed interface Arrivals permits Trace, RateCurve {

    /** What {@link Stream#nextNanos} says after the last one. */
    long NEVER = SimulatedReplica.NEVER;

    /** The moments from the first one on. */
    Stream start(SplittableRandom random);

    /** How long they go on, nanoseconds. */
    long lengthNanos();

    /** How many there are; of a curve how many are to be expected. */
    double requests();

    /**
     * So many times as many, in the same shape.
     *
     * @param factor above 0
     */
    Arrivals times(double factor);

    /**
     * A part of them, at least a step of a curve.
     *
     * @param from since the beginning
     * @param length of the part; what is beyond the end is left out
     * @throws IllegalArgumentException if nothing is left
     */
    Arrivals part(Duration from, Duration length);

    /** The moments, one after the other. */
    @FunctionalInterface
    interface Stream {

        /** Nanoseconds since the beginning, never less than the one before; {@link #NEVER}: there are no more. */
        long nextNanos();
    }
}
