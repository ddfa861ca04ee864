package dev.kilter.planner.simulation.rivals;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How fast HorizontalPodAutoscaler v2 follows what it wants at its defaults: up at once, but by no more than its limit;
 * down to the highest that was wanted in 300 s, then at once.
 */
final class HpaBehavior {
    private static final long SECOND = 1_000_000_000L;
    private static final long DOWN_WINDOW = 300 * SECOND;
    private static final long PERIOD = 15 * SECOND;
    private static final int PODS = 4;
    private static final int PERCENT = 100;

    private final boolean written;
    private final Deque<At> wanted = new ArrayDeque<>();
    private final Deque<At> changes = new ArrayDeque<>();

    private record At(long nanos, int replicas) {}

    private HpaBehavior(boolean written) {
        this.written = written;
    }

    /**
     * {@code spec.behavior} is there, whatever it says, and the API server has filled in its defaults: up by 4 pods or
     * 100 % in 15 s, whichever is more.
     */
    static HpaBehavior written() {
        return new HpaBehavior(true);
    }

    /**
     * {@code spec.behavior} is left out. The controller then goes by an older rule, which its documents do not tell: up
     * to 4 pods or twice as many at each look.
     */
    static HpaBehavior leftOut() {
        return new HpaBehavior(false);
    }

    /** A look, whatever is known at it: what there is at the first one counts as wanted. */
    void look(int current, long now) {
        if (wanted.isEmpty()) {
            wanted.add(new At(now, current));
        }
    }

    /** How many there should be now. */
    int follow(int current, int want, Bounds bounds, long now) {
        look(current, now);
        wanted.removeIf(at -> at.nanos() <= now - DOWN_WINDOW);
        wanted.add(new At(now, want));
        int highest = wanted.stream().mapToInt(At::replicas).max().orElseThrow();
        int stable = Math.clamp(current, want, highest);
        int next = stable > current
                ? Math.min(stable, Math.max(current, Math.min(ceiling(current, now), bounds.max())))
                : stable;
        int bounded = bounds.clamp(next);
        if (bounded != current) {
            changes.add(new At(now, bounded - current));
        }
        return bounded;
    }

    private int ceiling(int current, long now) {
        if (!written) {
            return Math.max(PODS, current * (1 + PERCENT / 100));
        }
        changes.removeIf(at -> at.nanos() <= now - PERIOD);
        int atStart = current - changes.stream().mapToInt(At::replicas).sum();
        return Math.max(atStart + PODS, (int) Math.ceil(atStart * (1 + PERCENT / 100.0)));
    }
}
