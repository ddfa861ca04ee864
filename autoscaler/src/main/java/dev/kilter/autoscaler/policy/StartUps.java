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
 * @param ready how many served when last looked
 * @param typical rises at once, falls slowly: a start that is taken for too short leaves a gap
 */
record StartUps(List<Instant> asked, int ready, Duration typical) {

    /** Until one was seen. */
    static final Duration UNKNOWN = Duration.ofSeconds(30);

    /** What takes longer is pending, not starting. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final double FORGOTTEN = 0.2;

    static StartUps first(int ready) {
        return new StartUps(List.of(), ready, UNKNOWN);
    }

    StartUps {
        asked = List.copyOf(asked);
    }

    /**
     * @param more replicas asked for since, negative: fewer
     * @param since when they were
     */
    StartUps seen(int more, int readyNow, Instant since, Instant now) {
        List<Instant> open = new ArrayList<>(asked);
        open.addAll(Collections.nCopies(Math.max(0, more), since));
        // Of those that are given back, the ones that do not serve yet go first.
        open.subList(Math.max(0, open.size() + Math.min(0, more)), open.size()).clear();
        Duration learnt = typical;
        for (int i = ready; i < readyNow && !open.isEmpty(); i++) {
            learnt = learnt(learnt, Duration.between(open.removeFirst(), now));
        }
        open.removeIf(at -> at.isBefore(now.minus(LONGEST)));
        return new StartUps(open, readyNow, learnt);
    }

    private static Duration learnt(Duration before, Duration took) {
        if (took.compareTo(before) >= 0) {
            return took;
        }
        return before.minusNanos((long) (FORGOTTEN * before.minus(took).toNanos()));
    }
}
