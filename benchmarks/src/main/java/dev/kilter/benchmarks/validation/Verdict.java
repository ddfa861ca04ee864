package dev.kilter.benchmarks.validation;

import java.util.List;

/**
 * What all comparisons together say.
 *
 * @param configurations how many were compared
 * @param meanPoints mean distance of attainments
 * @param mostPoints the greatest
 * @param attainmentsOff configurations whose attainment is too far off
 * @param p99sOff configurations whose 99th percentile is
 */
record Verdict(
        int configurations, double meanPoints, double mostPoints, List<String> attainmentsOff, List<String> p99sOff) {

    static Verdict of(List<Comparison> comparisons) {
        return new Verdict(
                comparisons.size(),
                comparisons.stream()
                        .mapToDouble(c -> Math.abs(c.points()))
                        .average()
                        .orElse(0),
                comparisons.stream()
                        .mapToDouble(c -> Math.abs(c.points()))
                        .max()
                        .orElse(0),
                comparisons.stream()
                        .filter(c -> !c.attainmentHolds())
                        .map(Comparison::name)
                        .toList(),
                comparisons.stream()
                        .filter(c -> !c.p99Holds())
                        .map(Comparison::name)
                        .toList());
    }

    /** Whether the simulator is as close as it must be. */
    boolean holds() {
        return meanPoints <= Comparison.MEAN_POINTS && attainmentsOff.isEmpty() && p99sOff.isEmpty();
    }
}
