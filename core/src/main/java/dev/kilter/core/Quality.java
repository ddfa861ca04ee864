package dev.kilter.core;

/**
 * How good a variant's answers are; higher is better.
 *
 * @param metric what was measured, as the user names it: {@code accuracy}
 * @param value as a fraction, 0..1
 */
public record Quality(String metric, double value) {
    public Quality {
        if (metric.isBlank()) {
            throw new IllegalArgumentException("quality.metric: blank (expected: a name, such as accuracy)");
        }
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("quality.value: " + value + " (expected: 0..1)");
        }
    }
}
