package dev.kilter.planner;

/**
 * A configuration that was not chosen, and why.
 *
 * @param configuration as people say it: {@code fp32 on t4}
 * @param constraint what it fell over
 * @param reason with numbers: {@code p99 71ms > 50ms at batch 1}
 */
public record Rejection(String configuration, Constraint constraint, String reason) {

    /** What a configuration can fall over, hard limits first. */
    public enum Constraint {
        AVAILABILITY,
        PRECISION,
        MEMORY,
        QUALITY,
        UNMEASURED,
        LATENCY,
        REPLICAS,
        BUDGET,
        /** It would do, but another one is better by the hardware policy. */
        PREFERENCE
    }
}
