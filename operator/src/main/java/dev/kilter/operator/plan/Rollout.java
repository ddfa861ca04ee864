package dev.kilter.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The next step from the pools that run to the pools that the plan means: new ones start without traffic, take it over
 * when they are warm, the old ones drain and go.
 *
 * @param shares of the pools of the plan: 0 until they are warm
 * @param retiring pools that take no new requests, and since when
 * @param delete pools that are drained, or never took a request
 * @param complete whether the pools of the plan carry the traffic
 * @param wakeAfter when the next step may be due without anything else happening
 */
public record Rollout(
        SortedMap<String, Integer> shares,
        SortedMap<String, Instant> retiring,
        List<String> delete,
        boolean complete,
        Optional<Duration> wakeAfter) {

    /** The share of pools that carry traffic. */
    public static final int FULL = 100;

    /**
     * A pool that exists.
     *
     * @param share 0: no new requests
     * @param retiredAt since when it takes none, if it did before
     */
    public record Running(String name, int share, int replicas, int ready, Optional<Instant> retiredAt) {}

    /**
     * Decides.
     *
     * @param wanted the names of the plan's pools with the replicas that it needs
     * @param drain how long gateways and requests in flight may need to let go of a pool
     */
    public static Rollout decide(Map<String, Integer> wanted, List<Running> running, Duration drain, Instant now) {
        List<Running> others = running.stream()
                .filter(pool -> !wanted.containsKey(pool.name()))
                .toList();
        boolean othersServe = others.stream().anyMatch(pool -> pool.share() > 0 && pool.ready() > 0);
        boolean complete = !othersServe || isWarm(wanted, running);
        SortedMap<String, Integer> shares = new TreeMap<>();
        for (String name : wanted.keySet()) {
            boolean carries = running.stream().anyMatch(pool -> pool.name().equals(name) && pool.share() > 0);
            shares.put(name, complete || carries ? FULL : 0);
        }
        SortedMap<String, Instant> retiring = new TreeMap<>();
        List<String> delete = new ArrayList<>();
        Optional<Duration> wakeAfter = Optional.empty();
        for (Running pool : others) {
            if (pool.share() == 0 && pool.retiredAt().isEmpty()) {
                delete.add(pool.name());
            } else if (complete || pool.share() == 0) {
                Instant since = pool.retiredAt().orElse(now);
                Duration left = Duration.between(now, since.plus(drain));
                if (left.isPositive()) {
                    retiring.put(pool.name(), since);
                    wakeAfter = Optional.of(wakeAfter
                            .filter(soonest -> soonest.compareTo(left) < 0)
                            .orElse(left));
                } else {
                    delete.add(pool.name());
                }
            }
        }
        return new Rollout(shares, retiring, delete, complete, wakeAfter);
    }

    private static boolean isWarm(Map<String, Integer> wanted, List<Running> running) {
        return wanted.entrySet().stream()
                // What has no room is not waited for: others stand in for it.
                .filter(pool -> pool.getValue() > 0)
                .allMatch(pool -> running.stream()
                        .anyMatch(each -> each.name().equals(pool.getKey())
                                // Whoever scales may have decided that fewer will do.
                                && each.ready() >= Math.max(1, Math.min(pool.getValue(), each.replicas()))));
    }
}
