package dev.kilter.planner.simulation.rivals;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How many replicas HorizontalPodAutoscaler v2 wants, before it is damped: the current count times the ratio of the
 * mean to the target, with its rules for pods that are not ready and pods without metrics (the controller's replica
 * calculator; "Algorithm details" of its documentation).
 *
 * @param target of each pod
 * @param fallback what a pod without metrics counts as when scaling down: the target, and for utilisation at least 100
 *     %
 * @param resolution parts of one that means are cut to: whole percents for utilisation, else thousandths
 */
record HpaCalculation(double target, double fallback, int resolution) {
    static final int PERCENT = 100;
    static final int MILLI = 1_000;

    /** {@code --horizontal-pod-autoscaler-tolerance}. */
    static final double TOLERANCE = 0.1;

    private static final double NOISE = 1e-9;

    HpaCalculation {
        if (!(target > 0)) {
            throw new IllegalArgumentException("target: " + target + " (expected: > 0)");
        }
    }

    /** What is known of a pod. */
    enum Known {
        /** Its value counts. */
        READY,
        /** It is pending, or not ready: left out, and 0 when scaling up. */
        UNREADY,
        /** There is no value: 0 when scaling up, the fallback when scaling down. */
        MISSING
    }

    /** A pod; {@code value} means something where it is ready. */
    record Pod(Known known, double value) {
        static Pod of(OptionalDouble value) {
            return value.isPresent() ? new Pod(Known.READY, value.getAsDouble()) : new Pod(Known.MISSING, 0);
        }
    }

    /** The wanted count; empty where no pod tells anything. */
    OptionalInt replicas(int current, List<Pod> pods) {
        List<Double> values = new ArrayList<>();
        pods.stream().filter(p -> p.known() == Known.READY).forEach(p -> values.add(p.value()));
        return values.isEmpty() ? OptionalInt.empty() : OptionalInt.of(replicas(current, pods, values));
    }

    private int replicas(int current, List<Pod> pods, List<Double> values) {
        int unready = count(pods, Known.UNREADY);
        int missing = count(pods, Known.MISSING);
        double ratio = ratio(values);
        boolean upWithUnready = unready > 0 && ratio > 1;
        if (!upWithUnready && missing == 0) {
            return within(ratio) ? current : ceil(ratio * values.size());
        }
        if (ratio < 1) {
            add(values, missing, fallback);
        } else if (ratio > 1) {
            add(values, missing, 0);
        }
        if (upWithUnready) {
            add(values, unready, 0);
        }
        double corrected = ratio(values);
        if (within(corrected) || (ratio < 1 && corrected > 1) || (ratio > 1 && corrected < 1)) {
            return current;
        }
        int wanted = ceil(corrected * values.size());
        boolean turned = (corrected < 1 && wanted > current) || (corrected > 1 && wanted < current);
        return turned ? current : wanted;
    }

    /** The same for a metric of the whole, of which each replica is to have the target in the mean (AverageValue). */
    int ofTotal(double total, int statusReplicas) {
        double ratio = total / (target * statusReplicas);
        return within(ratio) ? statusReplicas : ceil(total / target);
    }

    private double ratio(List<Double> values) {
        double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
        return Math.floor(mean * resolution + NOISE) / resolution / target;
    }

    private static boolean within(double ratio) {
        return Math.abs(1 - ratio) <= TOLERANCE + NOISE;
    }

    private static int ceil(double replicas) {
        return (int) Math.ceil(replicas - NOISE);
    }

    private static int count(List<Pod> pods, Known known) {
        return (int) pods.stream().filter(p -> p.known() == known).count();
    }

    private static void add(List<Double> values, int times, double value) {
        for (int i = 0; i < times; i++) {
            values.add(value);
        }
    }
}
