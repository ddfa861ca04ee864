package dev.kilter.cli.simulate;

import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.autoscaler.simulation.SimulatedAutoscaler;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.rivals.Bounds;
import dev.kilter.planner.simulation.rivals.Hpa;
import dev.kilter.planner.simulation.rivals.Keda;
import dev.kilter.planner.simulation.rivals.Kpa;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Who scales. The others than Kilter aim at a share of what a replica carries, since their users must name a figure.
 */
public enum Contender {
    KILTER,
    HPA,
    KPA,
    KEDA;

    /** Knative aims at that share of its target by itself. */
    private static final double KPA_AIM = 0.7;

    /**
     * Reads a list such as {@code hpa,kpa}.
     *
     * @return each once, in the order of this enumeration
     * @throws IllegalArgumentException naming what is none
     */
    public static List<Contender> rivals(String list) {
        List<String> names = Arrays.stream(list.split(",")).map(String::strip).toList();
        for (String name : names) {
            if (Arrays.stream(values())
                    .noneMatch(one -> one != KILTER && one.told().equals(name))) {
                throw new IllegalArgumentException(name + " (expected: some of " + known() + ", or none)");
            }
        }
        return Arrays.stream(values()).filter(one -> names.contains(one.told())).toList();
    }

    private static String known() {
        return Arrays.stream(values())
                .filter(one -> one != KILTER)
                .map(Contender::told)
                .collect(Collectors.joining(", "));
    }

    /** Its name. */
    public String told() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is set to, for people. */
    public String setting(SimulatedDeployment deployment) {
        double target = deployment.aim() * deployment.capacity();
        return switch (this) {
            case KILTER -> "p99 " + deployment.experiment().objective().toMillis() + " ms";
            case HPA, KPA, KEDA -> String.format(Locale.ROOT, "%.1f/s a replica", target);
        };
    }

    /** What it has to scale: lesser variants and other classes are Kilter's alone. */
    Experiment experiment(SimulatedDeployment deployment) {
        return this == KILTER ? deployment.experiment() : deployment.single();
    }

    Controller controller(SimulatedDeployment deployment) {
        double target = deployment.aim() * deployment.capacity();
        Bounds bounds = new Bounds(
                Math.max(1, deployment.settings().minReplicas()),
                deployment.settings().maxReplicas());
        return switch (this) {
            case KILTER ->
                new SimulatedAutoscaler(
                        new RateScalingPolicy(),
                        deployment.settings(),
                        deployment.experiment(),
                        deployment.fullAfter());
            case HPA -> new Hpa(Hpa.Metric.REQUESTS, target, bounds);
            case KPA -> new Kpa(Kpa.Metric.RPS, target / KPA_AIM, bounds);
            case KEDA -> new Keda(target, 0, bounds);
        };
    }
}
