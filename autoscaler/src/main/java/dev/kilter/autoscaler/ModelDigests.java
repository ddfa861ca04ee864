package dev.kilter.autoscaler;

import dev.kilter.protocol.RuntimeLoad;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which files a pool's first pod loaded that are not pinned yet. */
final class ModelDigests {

    private ModelDigests() {}

    /**
     * By variant. Where pods disagree the one that started first is right: whoever came later found a file that was
     * replaced.
     *
     * @param pods of the pool
     */
    static SortedMap<String, String> unpinned(String model, ScalingTarget.Pool pool, List<LoadSnapshot.Pod> pods) {
        SortedMap<String, String> found = new TreeMap<>();
        pods.stream()
                .map(LoadSnapshot.Pod::reading)
                .filter(reading -> reading instanceof Reading.Report<RuntimeLoad>)
                .map(reading -> ((Reading.Report<RuntimeLoad>) reading).load())
                .sorted(Comparator.comparingLong(RuntimeLoad::startedAtMillis))
                .flatMap(load -> load.models().stream())
                .filter(served -> served.name().equals(model))
                // A model that is not loaded has none.
                .filter(served -> !served.digest().isEmpty())
                .filter(served -> !pool.modelDigests().containsKey(served.activeVariant()))
                .forEach(served -> found.putIfAbsent(served.activeVariant(), served.digest()));
        return found;
    }
}
