package dev.kilter.autoscaler.simulation;

import dev.kilter.planner.simulation.control.PodSeen;
import dev.kilter.planner.simulation.control.PoolSeen;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Which pools take part, as the operator has it: the first, and each next one once the one before it has lacked a node
 * for so long that its class counts as full; the last goes when it has no replica left and the one before it has lacked
 * none for as long.
 */
final class StandIns {

    private final List<Duration> fullAfter;
    private final long[] lackingSince;
    private final long[] placedSince;
    private int taking = 1;

    /** @param fullAfter by pool: after so long without a node its class counts as full */
    StandIns(List<Duration> fullAfter) {
        this.fullAfter = List.copyOf(fullAfter);
        lackingSince = new long[fullAfter.size()];
        placedSince = new long[fullAfter.size()];
        Arrays.fill(lackingSince, Long.MAX_VALUE);
    }

    /** How many pools take part now, of those in the order of the plan; to be told of each tick once. */
    int taking(long now, List<PoolSeen> pools) {
        for (int i = 0; i < pools.size(); i++) {
            if (placed(pools.get(i)) < pools.get(i).desired()) {
                lackingSince[i] = Math.min(lackingSince[i], now);
                placedSince[i] = Long.MAX_VALUE;
            } else {
                placedSince[i] = Math.min(placedSince[i], now);
                lackingSince[i] = Long.MAX_VALUE;
            }
        }
        int last = taking - 1;
        if (last > 0 && pools.get(last).desired() == 0 && isLong(placedSince, last - 1, now)) {
            taking--;
        } else if (taking < pools.size() && isLong(lackingSince, last, now)) {
            taking++;
        }
        return taking;
    }

    private boolean isLong(long[] since, int pool, long now) {
        return since[pool] != Long.MAX_VALUE
                && now - since[pool] >= fullAfter.get(pool).toNanos();
    }

    /** Replicas that have a node. */
    static int placed(PoolSeen pool) {
        return (int) pool.pods().stream()
                .filter(pod -> pod.phase() != PodSeen.Phase.PENDING)
                .count();
    }
}
