package dev.kilter.autoscaler.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long replicas of a pool take from being asked for to serving, as seen. Immutable.
 *
 * @param asked when those were asked for that do not serve yet, the oldest first
 * @param counted replicas that were asked for when last looked
 * @param ready how many served then
 * @param typical rises at once, falls slowly: a start that is taken for too short leaves a gap
 */
record StartUps(List<Instant> asked, int counted, int ready, Duration typical) {

    /** Until one was seen. */
    static final Duration UNKNOWN = Duration.ofSeconds(30);

    /** What takes longer is pending, not starting. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final double FORGOTTEN = 0.2;

    static StartUps first(int counted, int ready) {
        return new StartUps(List.of(), counted, ready, UNKNOWN);
    }

    StartUps {
        asked = List.copyOf(asked);
    }

    /**
     * @param countedNow replicas that are asked for
     * @param since when those that came were
     */
    StartUps seen(int countedNow, int readyNow, Instant since, Instant now) {
        int more = countedNow - counted;
        List<Instant> open = new ArrayList<>(asked);
        open.addAll(Collections.nCopies(Math.max(0, more), since));
        // Of those that are given back, the ones that do not serve yet go first.
        open.subList(Math.max(0, open.size() + Math.min(0, more)), open.size()).clear();
        Duration learnt = typical;
        for (int i = ready; i < readyNow && !open.isEmpty(); i++) {
            learnt = learnt(learnt, Duration.between(open.removeFirst(), now));
        }
        open.removeIf(at -> at.isBefore(now.minus(LONGEST)));
        return new StartUps(open, countedNow, readyNow, learnt);
    }

    private static Duration learnt(Duration before, Duration took) {
        if (took.compareTo(before) >= 0) {
            return took;
        }
        return before.minusNanos((long) (FORGOTTEN * before.minus(took).toNanos()));
    }
}
