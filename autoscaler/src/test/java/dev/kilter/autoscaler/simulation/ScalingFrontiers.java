package dev.kilter.autoscaler.simulation;

import dev.kilter.autoscaler.policy.PolicySettings;
import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.frontier.Clairvoyant;
import dev.kilter.planner.simulation.frontier.Frontier;
import dev.kilter.planner.simulation.rivals.Hpa;
import dev.kilter.planner.simulation.rivals.Kpa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/**
 * Cost against violations on every workload: ours over its hedge, the rivals over their targets, and the allocator that
 * knows the future. Run by hand; prints Markdown. Arguments beside those of {@link Comparison}: {@code errors}
 * (maxErrorRate that ours is given), {@code cache} (file that keeps what was run of the rivals), {@code points} (true:
 * every point), {@code changes} (a hedge: every change of ours at it).
 */
final class ScalingFrontiers {
    private static final Duration WARM_UP = Duration.ofMinutes(8);
    private static final List<Double> HEDGES = List.of(0.5, 0.8, 0.9, 0.96, 0.99, 0.998, 0.9995);

    private final Comparison comparison;
    private final Map<String, Frontier.Point> cache = new HashMap<>();
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    /** Somebody with one setting to sweep. */
    private record Contender(
            String name,
            String kind,
            List<Double> settings,
            boolean cached,
            BiFunction<Double, Experiment, Controller> controller) {}

    private ScalingFrontiers(Comparison comparison) {
        this.comparison = comparison;
    }

    public static void main(String... arguments) throws IOException {
        new ScalingFrontiers(Comparison.of(arguments)).run();
    }

    private void run() throws IOException {
        read();
        System.out.printf(
                "One replica carries %.1f/s; the mean load is %.0f replicas.%n%n",
                Comparison.CAPACITY, Comparison.MEAN_REPLICAS);
        System.out.println("| Trace | Delay | Violations / HPA's at equal cost | Cost / KPA's at equal violations"
                + " | Clairvoyant's cost / KPA's | Cost / clairvoyant at 0.1 % | Violations at default"
                + " | Cost at default |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (int delay : comparison.delays("5,30")) {
            comparison.each(delay, this::compare);
            median(delay);
        }
    }

    private void compare(String name, Arrivals arrivals, int delay, int seed) throws IOException {
        Experiment experiment = Experiment.of(arrivals, Comparison.OBJECTIVE, Comparison.pool(delay), seed)
                .after(WARM_UP);
        String key = comparison.argument("set", "tuned") + "/" + name + "/" + delay + "/" + seed + "/";
        Map<String, Frontier> frontiers = new LinkedHashMap<>();
        for (Contender contender : contenders()) {
            frontiers.merge(contender.name(), frontier(contender, experiment, key), (a, b) -> new Frontier(both(a, b)));
        }
        Frontier ours = frontiers.get("ours");
        Frontier known = clairvoyant(experiment, key);
        frontiers.put("clairvoyant", known);
        Map<String, OptionalDouble> told = new LinkedHashMap<>();
        told.put("hpa", ratios(ours, frontiers.get("hpa"), true));
        told.put("kpa", ratios(ours, frontiers.get("kpa"), false));
        told.put("possible", ratios(known, frontiers.get("kpa"), false));
        told.put("known", ratio(ours.costAt(0.001), known.costAt(0.001)));
        told.forEach((what, value) -> note(delay, what, value));
        Frontier.Point standard = point("ours", 0.99, key);
        System.out.printf("| %s | %d s |", name, delay);
        told.values().forEach(value -> System.out.printf(" %s |", told(value)));
        System.out.printf(
                " %.3f %% | %.2f |%n",
                100 * standard.violations(),
                standard.cost() / known.costAt(0.001).orElse(Double.NaN));
        if (comparison.isSet("points")) {
            frontiers.forEach((who, frontier) -> frontier.points().forEach(p -> print(who, p)));
            HEDGES.forEach(hedge -> print("every one", point("ours", hedge, key)));
        }
    }

    private static void print(String who, Frontier.Point point) {
        System.out.printf(
                "    %-12s %-12s %.3f  %.4f %%%n", who, point.setting(), point.cost(), 100 * point.violations());
    }

    private List<Contender> contenders() {
        return List.of(
                new Contender(
                        "hpa",
                        "requests",
                        Comparison.TARGETS,
                        true,
                        (s, e) -> new Hpa(Hpa.Metric.REQUESTS, s * Comparison.CAPACITY, Comparison.BOUNDS)),
                new Contender(
                        "hpa",
                        "utilization",
                        Comparison.TARGETS,
                        true,
                        (s, e) -> new Hpa(Hpa.Metric.UTILIZATION, Math.min(s, 1), Comparison.BOUNDS)),
                new Contender(
                        "kpa",
                        "requests",
                        Comparison.TARGETS,
                        true,
                        (s, e) -> new Kpa(Kpa.Metric.RPS, s * Comparison.CAPACITY / 0.7, Comparison.BOUNDS)),
                new Contender("ours", "", HEDGES, false, this::ours));
    }

    private Controller ours(double hedge, Experiment experiment) {
        ScalingSettings settings = ScalingSettings.between(Comparison.BOUNDS.min(), Comparison.BOUNDS.max())
                .under(experiment.objective(), Double.parseDouble(comparison.argument("errors", "0.001")));
        return new SimulatedAutoscaler(new RateScalingPolicy(PolicySettings.hedged(hedge)), settings, experiment);
    }

    private Frontier frontier(Contender contender, Experiment experiment, String key) throws IOException {
        List<Frontier.Point> points = new ArrayList<>();
        for (double setting : contender.settings()) {
            Controller controller = contender.controller().apply(setting, experiment);
            String id = key + contender.name() + "/" + setting + "/" + contender.kind();
            Frontier.Point point = cache.get(id);
            if (point == null || !contender.cached()) {
                Outcome outcome = FleetSimulation.run(experiment, controller);
                point = new Frontier.Point(
                        String.valueOf(setting),
                        outcome.totals().cost(),
                        outcome.totals().violations());
                cache.put(id, point);
                if (contender.cached()) {
                    keep(id, point);
                }
                if (comparison.argument("changes", "").equals(String.valueOf(setting))
                        && contender.name().equals("ours")) {
                    outcome.changes()
                            .forEach(c -> System.out.printf(
                                    "    %d s: %d -> %d %s%n", c.at().toSeconds(), c.from(), c.to(), c.reason()));
                }
            }
            points.add(point);
        }
        return new Frontier(points);
    }

    private Frontier.Point point(String who, double setting, String key) {
        return cache.get(key + who + "/" + setting + "/");
    }

    private Frontier clairvoyant(Experiment experiment, String key) throws IOException {
        List<Frontier.Point> known = new ArrayList<>();
        for (int i = 0; cache.containsKey(key + "clairvoyant/" + i); i++) {
            known.add(cache.get(key + "clairvoyant/" + i));
        }
        if (!known.isEmpty()) {
            return new Frontier(known);
        }
        Frontier frontier = new Clairvoyant(experiment, Comparison.REPLICA.saturation()).frontier();
        for (int i = 0; i < frontier.points().size(); i++) {
            keep(key + "clairvoyant/" + i, frontier.points().get(i));
        }
        return frontier;
    }

    /** Over the rival's points that ours has a counterpart for: the median ratio. */
    private static OptionalDouble ratios(Frontier ours, Frontier rival, boolean violations) {
        List<Double> ratios = new ArrayList<>();
        for (Frontier.Point point : rival.points()) {
            if (point.violations() < Comparison.TOLD) {
                continue;
            }
            OptionalDouble own = violations ? ours.violationsAt(point.cost()) : ours.costAt(point.violations());
            own.ifPresent(value -> ratios.add(value / (violations ? point.violations() : point.cost())));
        }
        return Comparison.median(ratios);
    }

    private static OptionalDouble ratio(OptionalDouble value, OptionalDouble of) {
        return value.isPresent() && of.isPresent()
                ? OptionalDouble.of(value.getAsDouble() / of.getAsDouble())
                : OptionalDouble.empty();
    }

    private void note(int delay, String what, OptionalDouble value) {
        value.ifPresent(v ->
                figures.computeIfAbsent(delay + what, k -> new ArrayList<>()).add(v));
    }

    private void median(int delay) {
        System.out.printf("| **median** | %s s |", delay);
        for (String what : List.of("hpa", "kpa", "possible", "known")) {
            System.out.printf(" %s |", told(Comparison.median(figures.getOrDefault(delay + what, List.of()))));
        }
        System.out.println(" | |");
    }

    private static String told(OptionalDouble value) {
        return value.isPresent() ? "%.2f".formatted(value.getAsDouble()) : "-";
    }

    private static List<Frontier.Point> both(Frontier a, Frontier b) {
        List<Frontier.Point> all = new ArrayList<>(a.points());
        all.addAll(b.points());
        return all;
    }

    private void read() throws IOException {
        Path file = Path.of(comparison.argument("cache", "/dev/null"));
        if (Files.isRegularFile(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split("\t");
                cache.put(
                        cells[0],
                        new Frontier.Point(cells[1], Double.parseDouble(cells[2]), Double.parseDouble(cells[3])));
            }
        }
    }

    private void keep(String id, Frontier.Point point) throws IOException {
        if (comparison.arguments().containsKey("cache")) {
            Files.writeString(
                    Path.of(comparison.arguments().get("cache")),
                    id + "\t" + point.setting() + "\t" + point.cost() + "\t" + point.violations() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
