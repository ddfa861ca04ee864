package dev.kilter.planner.simulation.frontier;

import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An allocator that knows each arrival beforehand, and has whole replicas and the start-up delay as everybody: the
 * reference for what a policy costs. Each second needs as many replicas as its rate asks for (the higher of the means
 * of some seconds before and after it, so that a leap is met whole), with a margin that grows with the root of the
 * load. The n-th replica runs where n are needed; it is kept through a gap that is shorter than its start, which is as
 * much as starting it again would cost, and else ordered so that it is ready in time: for a given need nothing is
 * cheaper. Its frontier is over margins and means.
 */
public final class Clairvoyant {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int[] MEANS = {2, 4, 12};
    /** In roots of the load; below none it is short on purpose, for reference where many violations are allowed. */
    private static final double[] MARGINS = {-0.8, -0.4, 0, 0.2, 0.4, 0.6, 0.8, 1.1, 1.5, 2.5};

    private final Experiment experiment;
    private final double perReplica;
    private final int[] arrivals;

    /**
     * For an experiment of one pool.
     *
     * @param perReplica requests a second at which a replica has no time left
     */
    public Clairvoyant(Experiment experiment, double perReplica) {
        if (experiment.pools().size() != 1) {
            throw new IllegalArgumentException("pools: " + experiment.pools().size() + " (expected: 1)");
        }
        if (!(perReplica > 0)) {
            throw new IllegalArgumentException("perReplica: " + perReplica + "/s (expected: > 0)");
        }
        this.experiment = experiment;
        this.perReplica = perReplica;
        this.arrivals = count(experiment);
    }

    /** What can be had at what cost, as far as it was found. */
    public Frontier frontier() {
        List<Frontier.Point> points = new ArrayList<>();
        for (int mean : MEANS) {
            for (double margin : MARGINS) {
                Outcome.Totals totals = FleetSimulation.run(experiment, controller(needed(mean, margin)))
                        .totals();
                String setting = "%d s, %.1f".formatted(mean, margin);
                points.add(new Frontier.Point(setting, totals.cost(), totals.violations()));
            }
        }
        return new Frontier(points);
    }

    /** Replicas in each second, without regard to their starts. */
    int[] needed(int mean, double margin) {
        long[] sums = new long[arrivals.length + 1];
        for (int i = 0; i < arrivals.length; i++) {
            sums[i + 1] = sums[i] + arrivals[i];
        }
        int[] needed = new int[arrivals.length];
        for (int i = 0; i < needed.length; i++) {
            int from = Math.max(0, i + 1 - mean);
            int to = Math.min(arrivals.length, i + mean);
            double before = (double) (sums[i + 1] - sums[from]) / (i + 1 - from);
            double after = (double) (sums[to] - sums[i]) / (to - i);
            double load = Math.max(before, after) / perReplica;
            needed[i] = Math.max(1, (int) Math.ceil(load + margin * Math.sqrt(load)));
        }
        return needed;
    }

    /** Replicas to ask for in each second, so that those that are needed are ready. */
    static int[] ordered(int[] needed, int startUp) {
        int most = 0;
        for (int count : needed) {
            most = Math.max(most, count);
        }
        int[] ordered = new int[needed.length];
        for (int level = 1; level <= most; level++) {
            int lastNeeded = 0; // What is there at the beginning is ready.
            for (int i = 0; i < needed.length; i++) {
                if (needed[i] >= level) {
                    // Kept through a gap that costs no more than to start again.
                    int from = i - lastNeeded <= startUp ? lastNeeded : i - startUp;
                    for (int second = from; second <= i; second++) {
                        ordered[second]++;
                    }
                    lastNeeded = i + 1;
                }
            }
        }
        return ordered;
    }

    private Controller controller(int[] needed) {
        PoolSpec pool = experiment.pools().getFirst();
        int startUp = (int) Math.ceil(pool.startUp().mean().toNanos() / 1e9);
        int[] ordered = ordered(needed, startUp);
        return new Controller() {
            @Override
            public Duration period() {
                return PERIOD;
            }

            @Override
            public Duration scrapeEvery() {
                return Duration.ofMinutes(1);
            }

            @Override
            public List<Desired> decide(Seen seen) {
                int second = (int) (seen.nowNanos() / PERIOD.toNanos());
                int count = ordered[Math.min(second, ordered.length - 1)];
                return List.of(new Desired(count, seen.pools().getFirst().point(), "known"));
            }
        };
    }

    /** In each second, exactly as the simulation will have them. */
    private static int[] count(Experiment experiment) {
        int[] counts = new int[(int) (experiment.arrivals().lengthNanos() / PERIOD.toNanos()) + 1];
        Arrivals.Stream stream = experiment.arrivals().start(new SplittableRandom(experiment.seed()).split());
        for (long at = stream.nextNanos(); at != Arrivals.NEVER; at = stream.nextNanos()) {
            counts[(int) (at / PERIOD.toNanos())]++;
        }
        return counts;
    }
}
