package dev.kilter.autoscaler;

import java.util.HashMap;
import java.util.Map;

/** Tells when counts began to be held, and when that ended; a few ticks without data, as at a start, are not told. */
public final class Holding {

    private static final int TICKS = 5;

    private final Map<DeploymentKey, Integer> heldFor = new HashMap<>();

    /** What is to be told. */
    public enum Change {
        /** Nothing. */
        NONE,
        /** Counts have been held for a while now. */
        BEGAN,
        /** Data is back. */
        ENDED
    }

    /** Takes one decision. */
    public Change observe(Decided decided) {
        if (decided.decision().held()) {
            return heldFor.merge(decided.key(), 1, Integer::sum) == TICKS ? Change.BEGAN : Change.NONE;
        }
        Integer before = heldFor.remove(decided.key());
        return before != null && before >= TICKS ? Change.ENDED : Change.NONE;
    }
}
