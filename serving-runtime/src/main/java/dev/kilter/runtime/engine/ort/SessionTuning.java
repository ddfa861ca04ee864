package dev.kilter.runtime.engine.ort;

/**
 * What may be turned in a session beside provider and threads; decision 0045 tells why and how each is measured.
 *
 * @param spinning whether idle intra-op threads spin for a while before they sleep
 * @param arena whether the CPU memory of a run comes from a pool that keeps it
 * @param memoryPattern whether the memory of a run is laid out ahead, once a shape has been seen
 * @param denormalAsZero whether denormal numbers are flushed to zero
 */
public record SessionTuning(boolean spinning, boolean arena, boolean memoryPattern, boolean denormalAsZero) {

    /** What serves. */
    public static final SessionTuning SERVING = new SessionTuning(false, true, true, false);
}
