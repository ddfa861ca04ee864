package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.PoolObservation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pools that share the traffic of one revision.
 *
 * @param fraction of all offered requests that it has to carry, 0..1
 */
record Revision(List<PoolObservation> pools, double fraction) {

    /**
     * The revisions that take traffic. One without a ready pod gives its share to the others, as it does at the
     * gateway, and yet is sized for it.
     */
    static List<Revision> of(List<PoolObservation> pools) {
        Map<String, List<PoolObservation>> byName = new LinkedHashMap<>();
        for (PoolObservation pool : pools) {
            if (pool.share() > 0) {
                byName.computeIfAbsent(pool.revision(), name -> new ArrayList<>())
                        .add(pool);
            }
        }
        double all = byName.values().stream().mapToDouble(Revision::share).sum();
        double ready = byName.values().stream()
                .filter(Revision::ready)
                .mapToDouble(Revision::share)
                .sum();
        return byName.values().stream()
                .map(members -> new Revision(List.copyOf(members), share(members) / (ready(members) ? ready : all)))
                .toList();
    }

    Map<String, Integer> present() {
        Map<String, Integer> present = new LinkedHashMap<>();
        pools.forEach(pool -> present.put(pool.name(), pool.replicas()));
        return present;
    }

    private static double share(List<PoolObservation> members) {
        return members.getFirst().share();
    }

    private static boolean ready(List<PoolObservation> members) {
        return members.stream().anyMatch(pool -> pool.readyReplicas() > 0);
    }
}
