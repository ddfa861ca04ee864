package dev.kilter.autoscaler.policy;

import java.time.Instant;

/**
 * What is remembered of one pool. Immutable.
 *
 * @param seen the count at the last decision
 * @param decided the count that the last decision asked for
 * @param changedAt when the count was last seen to have changed
 * @param highest recommendations that scaling in waits for
 * @param lowest recommendations that scaling out waits for
 * @param changes that limits look back on
 * @param correction of the capacity
 */
record PoolMemory(
        int seen,
        int decided,
        Instant changedAt,
        Recommendations highest,
        Recommendations lowest,
        Changes changes,
        Correction correction) {

    /** At first the present count counts as recommended: a start must not move anything by itself. */
    static PoolMemory first(int replicas, Instant now) {
        return new PoolMemory(
                replicas,
                replicas,
                now,
                Recommendations.highest().with(now, replicas, PolicyState.FIRST),
                Recommendations.lowest().with(now, replicas, PolicyState.FIRST),
                Changes.NONE,
                Correction.none(now));
    }

    /** With the recommendations forgotten, as after a gap. */
    PoolMemory afterGap(int replicas, Instant now) {
        PoolMemory fresh = first(replicas, now);
        return new PoolMemory(replicas, replicas, now, fresh.highest(), fresh.lowest(), changes, correction);
    }

    PoolMemory decided(int from, int to) {
        return new PoolMemory(from, to, changedAt, highest, lowest, changes, correction);
    }

    PoolMemory withRecommendations(Recommendations highs, Recommendations lows) {
        return new PoolMemory(seen, decided, changedAt, highs, lows, changes, correction);
    }

    PoolMemory withCorrection(Correction corrected) {
        return new PoolMemory(seen, decided, changedAt, highest, lowest, changes, corrected);
    }
}
