package dev.kilter.runtime.memory;

/** What a {@link LeakDetector} thinks of the memory. */
sealed interface LeakVerdict {

    /** It does not grow, or not for long enough to tell. */
    record Steady() implements LeakVerdict {}

    /**
     * It grows, and nothing needs to be done yet.
     *
     * @param pace of the shortest time scale on which it shows
     */
    record Growing(Growth pace) implements LeakVerdict {}

    /** It grows and the limit is near: who leaves now leaves in order. */
    record Exhausting(Growth pace) implements LeakVerdict {}
}
