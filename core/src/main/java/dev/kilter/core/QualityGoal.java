package dev.kilter.core;

/**
 * How good answers must be. They may fall from target to floor for a share of the requests, in bursts.
 *
 * @param target what answers reach as a rule, fraction 0..1
 * @param floor what every answer reaches, fraction 0..1, at most the target
 * @param maxDegradedShare fraction of requests that may be answered below the target, 0..1
 */
public record QualityGoal(double target, double floor, double maxDegradedShare) {
    public QualityGoal {
        if (!(target >= 0 && target <= 1)) {
            throw new IllegalArgumentException("quality.target: " + target + " (expected: 0..1)");
        }
        if (!(floor >= 0 && floor <= target)) {
            throw new IllegalArgumentException("quality.floor: " + floor + " (expected: 0.." + target + ")");
        }
        if (!(maxDegradedShare >= 0 && maxDegradedShare <= 1)) {
            throw new IllegalArgumentException("quality.maxDegradedShare: " + maxDegradedShare + " (expected: 0..1)");
        }
    }
}
