package dev.kilter.runtime.memory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells memory that grows with the requests from memory that settles. Time is cut into windows that are long enough and
 * saw enough requests; of each counts the lowest level, so that what a request takes and gives back does not. It grows
 * if each of {@value #WINDOWS} windows is above the one before, and per request the later half not much slower than the
 * earlier: caches and arenas that fill up slow down. For one thread; time is passed in.
 */
final class SteadyGrowth {

    static final int WINDOWS = 12;

    private static final int REQUESTS_OF_A_WINDOW = 20;

    /** Of the pace of the earlier half, what the later one must have kept. */
    private static final double KEPT = 0.5;

    /** @param lowest level within the window, bytes */
    private record Window(long endNanos, Map<String, Long> requests, long lowest) {
        long allRequests() {
            return requests.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final long windowNanos;
    private final Deque<Window> windows = new ArrayDeque<>();
    private Window open = new Window(0, Map.of(), Long.MAX_VALUE);
    private boolean begun;
    private long beganNanos;
    private long requestsBefore;

    /** @param window that long at least */
    SteadyGrowth(Duration window) {
        this.windowNanos = window.toNanos();
    }

    /**
     * Looks at the memory once more.
     *
     * @param requests run since the start, by model
     */
    void add(long nowNanos, Map<String, Long> requests, long bytes) {
        open = new Window(nowNanos, Map.copyOf(requests), Math.min(open.lowest(), bytes));
        if (!begun) {
            begin(nowNanos);
        } else if (nowNanos - beganNanos >= windowNanos
                && open.allRequests() - requestsBefore >= REQUESTS_OF_A_WINDOW) {
            windows.addLast(open);
            if (windows.size() > WINDOWS) {
                windows.removeFirst();
            }
            begin(nowNanos);
        }
    }

    private void begin(long nowNanos) {
        begun = true;
        beganNanos = nowNanos;
        requestsBefore = open.allRequests();
        open = new Window(nowNanos, open.requests(), Long.MAX_VALUE);
    }

    /** By how much it grows; empty while it does not, or too little was seen. */
    Optional<Growth> growth() {
        List<Window> seen = new ArrayList<>(windows);
        if (seen.size() < WINDOWS) {
            return Optional.empty();
        }
        for (int i = 1; i < WINDOWS; i++) {
            if (seen.get(i).lowest() <= seen.get(i - 1).lowest()) {
                return Optional.empty();
            }
        }
        Window middle = seen.get(WINDOWS / 2);
        double earlier = perRequest(seen.getFirst(), middle);
        double later = perRequest(middle, seen.getLast());
        return later < KEPT * earlier ? Optional.empty() : Optional.of(between(seen.getFirst(), seen.getLast()));
    }

    private static double perRequest(Window from, Window to) {
        return (double) (to.lowest() - from.lowest()) / (to.allRequests() - from.allRequests());
    }

    private static Growth between(Window from, Window to) {
        Map<String, Long> requests = new HashMap<>();
        to.requests().forEach((model, count) -> {
            long ran = count - from.requests().getOrDefault(model, 0L);
            if (ran > 0) {
                requests.put(model, ran);
            }
        });
        return new Growth(to.lowest() - from.lowest(), to.endNanos() - from.endNanos(), requests);
    }
}
