package dev.kilter.core.scaling;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the owner of an InferenceDeployment asked of its scaling.
 *
 * @param minReplicas of each revision that takes traffic, over its pools
 * @param maxReplicas the same; at least {@code minReplicas}
 * @param requestsPerSecondPerReplica a fixed target in place of the measured capacity
 * @param p99 the latency objective
 * @param maxErrorRate fraction of requests that may be refused or fail
 * @param maxAcceleratorUtilization 0..1; a guard
 * @param maxAcceleratorMemory 0..1; a guard
 * @param behavior how fast counts may move
 * @param paused counts are left as they are
 */
public record ScalingSettings(
        int minReplicas,
        int maxReplicas,
        OptionalDouble requestsPerSecondPerReplica,
        Optional<Duration> p99,
        double maxErrorRate,
        OptionalDouble maxAcceleratorUtilization,
        OptionalDouble maxAcceleratorMemory,
        Behavior behavior,
        boolean paused) {
    public ScalingSettings {
        if (minReplicas < 0) {
            throw new IllegalArgumentException("minReplicas: " + minReplicas + " (expected: >= 0)");
        }
        if (maxReplicas < Math.max(1, minReplicas)) {
            throw new IllegalArgumentException(
                    "maxReplicas: " + maxReplicas + " (expected: >= " + Math.max(1, minReplicas) + ")");
        }
        if (requestsPerSecondPerReplica.isPresent() && !(requestsPerSecondPerReplica.getAsDouble() > 0)) {
            throw new IllegalArgumentException(
                    "requestsPerSecondPerReplica: " + requestsPerSecondPerReplica.getAsDouble() + " (expected: > 0)");
        }
    }

    /** Between the two bounds, everything else left open. */
    public static ScalingSettings between(int minReplicas, int maxReplicas) {
        return new ScalingSettings(
                minReplicas,
                maxReplicas,
                OptionalDouble.empty(),
                Optional.empty(),
                0.001,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Behavior.UNSPECIFIED,
                false);
    }
}
