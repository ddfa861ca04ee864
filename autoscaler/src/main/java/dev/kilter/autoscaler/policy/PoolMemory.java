package dev.kilter.autoscaler.policy;

import java.time.Instant;
import java.util.List;

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
 * @param startUps how long replicas take to serve
 */
record PoolMemory(
        int seen,
        int decided,
        Instant changedAt,
        Recommendations highest,
        Recommendations lowest,
        Changes changes,
        Correction correction,
        StartUps startUps) {

    /** At first the present count counts as recommended: a start must not move anything by itself. */
    static PoolMemory first(int replicas, int ready, Instant now) {
        return new PoolMemory(
                replicas,
                replicas,
                now,
                Recommendations.highest().with(now, replicas, PolicyState.FIRST),
                Recommendations.lowest().with(now, replicas, PolicyState.FIRST),
                Changes.NONE,
                Correction.none(now),
                StartUps.first(replicas, ready));
    }

    /** With the recommendations forgotten, as after a gap. */
    PoolMemory afterGap(int replicas, int ready, Instant now) {
        PoolMemory fresh = first(replicas, ready, now);
        StartUps kept = new StartUps(List.of(), replicas, ready, startUps.typical());
        return new PoolMemory(replicas, replicas, now, fresh.highest(), fresh.lowest(), changes, correction, kept);
    }

    PoolMemory decided(int from, int to) {
        return new PoolMemory(from, to, changedAt, highest, lowest, changes, correction, startUps);
    }

    PoolMemory withRecommendations(Recommendations highs, Recommendations lows) {
        return new PoolMemory(seen, decided, changedAt, highs, lows, changes, correction, startUps);
    }

    PoolMemory withCorrection(Correction corrected) {
        return new PoolMemory(seen, decided, changedAt, highest, lowest, changes, corrected, startUps);
    }

    PoolMemory withStartUps(StartUps seen) {
        return new PoolMemory(this.seen, decided, changedAt, highest, lowest, changes, correction, seen);
    }
}
