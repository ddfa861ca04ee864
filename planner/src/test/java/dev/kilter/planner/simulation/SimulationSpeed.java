package dev.kilter.planner.simulation;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.planner.Curves;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import dev.kilter.planner.simulation.control.Controller;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How many requests a second are simulated on one core, production rules and all. Run by hand; prints a Markdown table.
 * Argument: simulated requests of each run (5,000,000).
 */
final class SimulationSpeed {
    private static final Map<String, Double> RATES = Map.of("CPU", 100.0, "T4", 1_200.0, "A100", 5_000.0);

    private SimulationSpeed() {}

    public static void main(String... arguments) {
        int requests = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000_000;
        System.out.println("| Curve | Replicas | Load | Requests a second | In time |");
        System.out.println("|---|---|---|---|---|");
        for (String curve : new String[] {"T4", "CPU", "A100"}) {
            for (int replicas : new int[] {1, 4, 20, 100}) {
                for (double load : new double[] {0.3, 0.8, 1.5}) {
                    run(curve, replicas, load, requests / 10);
                    System.out.println(run(curve, replicas, load, requests));
                }
            }
        }
    }

    private static String run(String name, int replicas, double load, int requests) {
        ServiceCurve curve = Curves.named(name);
        double rate = load * replicas * RATES.get(name);
        PoolSpec pool = PoolSpec.of(
                curve, new OperatingPoint("fp32", 32, Optional.empty()), replicas, Delay.fixed(Duration.ofSeconds(30)));
        RateCurve poisson = RateCurve.constant(rate, Duration.ofNanos((long) (requests / rate * 1e9)), Gaps.POISSON);
        Experiment experiment = Experiment.of(poisson, Duration.ofMillis(100), pool, 1);
        long start = System.nanoTime();
        Outcome outcome = FleetSimulation.run(experiment, Controller.none());
        double seconds = (System.nanoTime() - start) / 1e9;
        return "| %s | %d | %.1f | %.2f M | %.4f |"
                .formatted(
                        name,
                        replicas,
                        load,
                        outcome.totals().requests().offered() / seconds / 1e6,
                        outcome.totals().attainment());
    }
}
