package dev.kilter.autoscaler.simulation;

import dev.kilter.autoscaler.policy.PolicySettings;
import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.arrivals.Trace;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.rivals.Hpa;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Violations, cost and the share of lesser answers where bursts may be served by a variant two or four times faster,
 * beside HPA at its best target and at its default. Run by hand; prints Markdown. Arguments beside those of
 * {@link Comparison}: {@code relied} (HEDGE:UTILIZATION while lesser variants are relied on), {@code kinds} (none, two,
 * four), {@code share} (that may be degraded), {@code changes} (true: every change of ours).
 */
final class BurstComparison {
    /** A service that has run for a while: the budget's window is full, forecasts have learnt. */
    private static final Duration BEFORE = Duration.ofMinutes(24);

    private static final Duration WARM_UP = BEFORE.plusMinutes(8);
    private static final double HEDGE = 0.99;

    /** The least that HPA's best target has to keep: the objective is a p99. */
    private static final double KEPT = 0.01;

    private static final Map<String, ServiceCurve> FASTER =
            Map.of("two", Comparison.curve(2), "four", Comparison.curve(4));

    private final Comparison comparison;
    private final Map<String, List<Row>> rows = new LinkedHashMap<>();

    /** One of ours beside HPA's best. */
    private record Row(Outcome.Totals ours, Outcome.Totals hpa) {
        double violations() {
            return ours.violations() / hpa.violations();
        }

        double cost() {
            return ours.cost() / hpa.cost();
        }
    }

    private BurstComparison(Comparison comparison) {
        this.comparison = comparison;
    }

    public static void main(String... arguments) throws IOException {
        new BurstComparison(Comparison.of(arguments)).run();
    }

    private void run() throws IOException {
        List<String> relied = List.of(comparison.argument("relied", "0.8:1.2").split(","));
        List<String> kinds =
                List.of(comparison.argument("kinds", "none,two,four").split(","));
        System.out.print("| Load | Start | HPA's best | HPA's default |");
        for (String other : relied) {
            kinds.forEach(kind -> System.out.printf(" %s at %s |", kind, other));
        }
        System.out.println();
        for (int delay : comparison.delays("30,5")) {
            rows.clear();
            comparison.each(delay, (name, arrivals, _, seed) -> compare(name, arrivals, delay, seed, relied, kinds));
            rows.forEach((kind, all) -> summary(delay, kind, all));
        }
    }

    private void compare(String name, Arrivals arrivals, int delay, int seed, List<String> relied, List<String> kinds) {
        PoolSpec pool = Comparison.pool(delay);
        Experiment experiment = Experiment.of(preceded(arrivals, seed), Comparison.OBJECTIVE, pool, seed)
                .after(WARM_UP);
        Outcome.Totals best = best(experiment);
        Outcome.Totals standard = play(experiment, new Hpa(Hpa.Metric.UTILIZATION, 0.8, Comparison.BOUNDS));
        System.out.printf(
                "| %s | %d s | %.3f %% · %.2f | %.3f %% · %.2f |",
                name, delay, 100 * best.violations(), best.cost(), 100 * standard.violations(), standard.cost());
        for (String other : relied) {
            for (String kind : kinds) {
                double share = Double.parseDouble(comparison.argument("share", "0.03"));
                PoolSpec ourPool = kind.equals("none") ? pool : pool.degrading(kind, FASTER.get(kind), share);
                Experiment relieved = Experiment.of(experiment.arrivals(), Comparison.OBJECTIVE, ourPool, seed)
                        .after(WARM_UP);
                Outcome.Totals ours = play(relieved, ours(other, relieved));
                System.out.printf(
                        " %.3f %% · %.2f · %.2f %% |",
                        100 * ours.violations(), ours.cost() / best.cost(), 100 * ours.degradedShare());
                rows.computeIfAbsent(kind + " at " + other, key -> new ArrayList<>())
                        .add(new Row(ours, best));
            }
        }
        System.out.println();
    }

    /** After its own beginning backwards: what came before is alike, and nothing leaps where both meet. */
    private static Arrivals preceded(Arrivals arrivals, long seed) {
        List<Long> moments = new ArrayList<>();
        Arrivals.Stream stream = arrivals.start(new SplittableRandom(seed));
        for (long at = stream.nextNanos(); at != Arrivals.NEVER; at = stream.nextNanos()) {
            moments.add(BEFORE.toNanos() + at);
            if (at < BEFORE.toNanos()) {
                moments.add(BEFORE.toNanos() - at);
            }
        }
        return new Trace(moments.stream().mapToLong(Long::longValue).toArray());
    }

    /** The cheapest that keeps the objective, or else the one with the fewest violations. */
    private Outcome.Totals best(Experiment experiment) {
        List<Outcome.Totals> all = new ArrayList<>();
        for (double target : Comparison.TARGETS) {
            all.add(play(experiment, new Hpa(Hpa.Metric.REQUESTS, target * Comparison.CAPACITY, Comparison.BOUNDS)));
            if (target <= 1) {
                all.add(play(experiment, new Hpa(Hpa.Metric.UTILIZATION, target, Comparison.BOUNDS)));
            }
        }
        return all.stream()
                .filter(totals -> totals.violations() <= KEPT)
                .min(Comparator.comparingDouble(Outcome.Totals::cost))
                .orElseGet(() -> all.stream()
                        .min(Comparator.comparingDouble(Outcome.Totals::violations))
                        .orElseThrow());
    }

    private static Controller ours(String relied, Experiment experiment) {
        String[] both = relied.split(":");
        return new SimulatedAutoscaler(
                new RateScalingPolicy(
                        PolicySettings.hedged(HEDGE, Double.parseDouble(both[0]), Double.parseDouble(both[1]))),
                ScalingSettings.between(Comparison.BOUNDS.min(), Comparison.BOUNDS.max()),
                experiment);
    }

    private Outcome.Totals play(Experiment experiment, Controller controller) {
        Outcome outcome = FleetSimulation.run(experiment, controller);
        if (comparison.isSet("changes") && controller instanceof SimulatedAutoscaler) {
            System.out.println();
            outcome.changes()
                    .forEach(c -> System.out.printf(
                            "    %d s: %d -> %d %s %s%n",
                            c.at().toSeconds(), c.from(), c.to(), c.variant(), c.reason()));
        }
        return outcome.totals();
    }

    private static void summary(int delay, String kind, List<Row> all) {
        List<Row> told = all.stream()
                .filter(row -> row.hpa().violations() >= Comparison.TOLD)
                .toList();
        System.out.printf(
                "%s, %s s: violations %.2f of HPA's, cost %.2f, degraded %.2f %% (medians); both bars on %d of %d; most"
                        + " degraded %.2f %%%n",
                kind,
                delay,
                median(told.stream().map(Row::violations).toList()),
                median(all.stream().map(Row::cost).toList()),
                median(all.stream().map(row -> 100 * row.ours().degradedShare()).toList()),
                told.stream()
                        .filter(row -> row.violations() <= 0.1 && row.cost() <= 0.75)
                        .count(),
                told.size(),
                all.stream()
                        .mapToDouble(row -> 100 * row.ours().degradedShare())
                        .max()
                        .orElse(0));
    }

    private static double median(List<Double> values) {
        return Comparison.median(values).orElse(Double.NaN);
    }
}
