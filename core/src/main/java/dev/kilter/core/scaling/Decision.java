package dev.kilter.core.scaling;

import dev.kilter.core.OperatingPoint;
import java.util.List;

/**
 * What is to be done about the pools of one InferenceDeployment. A value: the caller writes, logs and counts.
 *
 * @param pools one for each pool of the observation, in its order
 * @param held whether the last good counts are held for want of data
 * @param reasons what holds for all pools, a sentence each
 * @param next to be handed in with the next observation
 */
public record Decision(List<Pool> pools, boolean held, List<String> reasons, ScalingState next) {
    public Decision {
        pools = List.copyOf(pools);
        reasons = List.copyOf(reasons);
    }

    /**
     * @param name the ServingPool's
     * @param from replicas asked for before
     * @param to replicas to ask for
     * @param operatingPoint how its pods should serve
     * @param reasons why, a sentence each, at least one
     */
    public record Pool(String name, int from, int to, OperatingPoint operatingPoint, List<String> reasons) {
        public Pool {
            reasons = List.copyOf(reasons);
        }

        /** Whether there is something to write. */
        public boolean changes() {
            return from != to;
        }

        /** The reasons in one line. */
        public String reason() {
            return String.join("; ", reasons);
        }
    }
}
