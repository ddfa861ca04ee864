package dev.kilter.core.scaling;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * What the owner of an InferenceDeployment asked of its scaling.
 *
 * @param minReplicas of each revision that takes traffic, over its pools
 * @param maxReplicas the same; at least {@code minReplicas}
 * @param maxCostPerHour the same, in the currency that all classes share; empty: no cap
 * @param requestsPerSecondPerReplica a fixed target in place of the measured capacity
 * @param p99 the latency objective
 * @param maxErrorRate fraction of requests that may be refused or fail
 * @param hedge how sure the demand is to be covered, 0.5 to 0.9999; empty: as the policy has it
 * @param maxAcceleratorUtilization 0..1; a guard
 * @param maxAcceleratorMemory 0..1; a guard
 * @param behavior how fast counts may move
 * @param paused counts are left as they are
 */
public record ScalingSettings(
        int minReplicas,
        int maxReplicas,
        OptionalDouble maxCostPerHour,
        OptionalDouble requestsPerSecondPerReplica,
        Optional<Duration> p99,
        double maxErrorRate,
        OptionalDouble hedge,
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
        if (maxCostPerHour.isPresent() && !(maxCostPerHour.getAsDouble() > 0)) {
            throw new IllegalArgumentException("maxCostPerHour: " + maxCostPerHour.getAsDouble() + " (expected: > 0)");
        }
        if (hedge.isPresent() && !(hedge.getAsDouble() >= 0.5 && hedge.getAsDouble() <= 0.9999)) {
            throw new IllegalArgumentException("hedge: " + hedge.getAsDouble() + " (expected: 0.5 to 0.9999)");
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
                OptionalDouble.empty(),
                Optional.empty(),
                0.001,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Behavior.UNSPECIFIED,
                false);
    }

    /** The same within other bounds. */
    public ScalingSettings within(int min, int max) {
        return with(its -> {
            its.minReplicas = min;
            its.maxReplicas = max;
        });
    }

    /** The same with a cap on what all may cost in an hour. */
    public ScalingSettings costingAtMost(double perHour) {
        return with(its -> its.maxCostPerHour = OptionalDouble.of(perHour));
    }

    /** The same with a fixed target in place of the measured capacity. */
    public ScalingSettings carrying(double perSecond) {
        return with(its -> its.requestsPerSecondPerReplica = OptionalDouble.of(perSecond));
    }

    /** The same with another objective. */
    public ScalingSettings under(Duration objective, double errorRate) {
        return with(its -> {
            its.p99 = Optional.of(objective);
            its.maxErrorRate = errorRate;
        });
    }

    /** The same, as sure as that. */
    public ScalingSettings hedged(double sure) {
        return with(its -> its.hedge = OptionalDouble.of(sure));
    }

    /** The same with guards. */
    public ScalingSettings guarded(double utilization, double memory) {
        return with(its -> {
            its.maxAcceleratorUtilization = OptionalDouble.of(utilization);
            its.maxAcceleratorMemory = OptionalDouble.of(memory);
        });
    }

    /** The same with other rules of how fast counts may move. */
    public ScalingSettings moving(Behavior otherBehavior) {
        return with(its -> its.behavior = otherBehavior);
    }

    /** The same, with counts left as they are. */
    public ScalingSettings standing() {
        return with(its -> its.paused = true);
    }

    private ScalingSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** While one of them is changed: the only place that lists all fields for that. */
    private static final class Draft {
        private int minReplicas;
        private int maxReplicas;
        private OptionalDouble maxCostPerHour;
        private OptionalDouble requestsPerSecondPerReplica;
        private Optional<Duration> p99;
        private double maxErrorRate;
        private OptionalDouble hedge;
        private OptionalDouble maxAcceleratorUtilization;
        private OptionalDouble maxAcceleratorMemory;
        private Behavior behavior;
        private boolean paused;

        Draft(ScalingSettings of) {
            minReplicas = of.minReplicas;
            maxReplicas = of.maxReplicas;
            maxCostPerHour = of.maxCostPerHour;
            requestsPerSecondPerReplica = of.requestsPerSecondPerReplica;
            p99 = of.p99;
            maxErrorRate = of.maxErrorRate;
            hedge = of.hedge;
            maxAcceleratorUtilization = of.maxAcceleratorUtilization;
            maxAcceleratorMemory = of.maxAcceleratorMemory;
            behavior = of.behavior;
            paused = of.paused;
        }

        ScalingSettings settings() {
            return new ScalingSettings(
                    minReplicas,
                    maxReplicas,
                    maxCostPerHour,
                    requestsPerSecondPerReplica,
                    p99,
                    maxErrorRate,
                    hedge,
                    maxAcceleratorUtilization,
                    maxAcceleratorMemory,
                    behavior,
                    paused);
        }
    }
}
