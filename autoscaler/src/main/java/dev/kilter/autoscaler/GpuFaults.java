package dev.kilter.autoscaler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells a GPU's fault when it comes up, once. */
public final class GpuFaults {

    private final Map<DeploymentKey, Set<String>> known = new HashMap<>();

    /** Takes one decision; returns the faults that were not there at the last. */
    public List<String> observe(Decided decided) {
        Set<String> now = decided.observation().pools().stream()
                .flatMap(pool -> pool.pods().gpus().faults().stream())
                .collect(Collectors.toSet());
        Set<String> before = known.put(decided.key(), now);
        return now.stream()
                .filter(fault -> before == null || !before.contains(fault))
                .sorted()
                .toList();
    }
}
