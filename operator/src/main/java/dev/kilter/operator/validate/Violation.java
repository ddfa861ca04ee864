package dev.kilter.operator.validate;

/**
 * One thing that is wrong.
 *
 * @param field its path: {@code spec.batching.maxDelay}
 * @param value what stands there
 * @param expected what should, and where it helps, what to do
 */
public record Violation(String field, String value, String expected) {

    /** {@code spec.batching.maxDelay: 60ms (expected: below slo.latency.p99 50ms)}. */
    @Override
    public String toString() {
        return field + ": " + value + " (expected: " + expected + ")";
    }
}
