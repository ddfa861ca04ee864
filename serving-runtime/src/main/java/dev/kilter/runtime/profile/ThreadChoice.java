package dev.kilter.runtime.profile;

import dev.kilter.protocol.RuntimeLoad;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many intra-op threads an engine instance gets, from curves measured with each number: the fewest whose batch
 * takes no more than {@value #WORTH_IT} times what the fastest number takes, at the largest size that all were measured
 * with. A thread that gains less is better left to the event loops, which share the cores.
 *
 * @param reason a sentence with the figures that it rests on
 */
record ThreadChoice(int threads, String reason) {

    private static final double WORTH_IT = 1.15;

    /**
     * Chooses.
     *
     * @param measured by number of threads, each curve by ascending batch size from the same smallest on
     */
    static ThreadChoice of(SortedMap<Integer, List<RuntimeLoad.CurvePoint>> measured) {
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("curves: none (expected: at least one)");
        }
        int common = measured.values().stream().mapToInt(List::size).min().orElseThrow() - 1;
        SortedMap<Integer, Double> millis = new TreeMap<>();
        measured.forEach(
                (threads, curve) -> millis.put(threads, curve.get(common).meanMillis()));
        double fastest = Collections.min(millis.values());
        int threads = millis.entrySet().stream()
                .filter(entry -> entry.getValue() <= fastest * WORTH_IT)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        String figures = millis.entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%d: %.3f ms", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
        int batch = measured.firstEntry().getValue().get(common).batchSize();
        return new ThreadChoice(
                threads, "threads: " + threads + ", as a batch of " + batch + " took, by threads, " + figures);
    }
}
