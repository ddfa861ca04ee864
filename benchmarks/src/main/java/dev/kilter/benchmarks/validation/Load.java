package dev.kilter.benchmarks.validation;

import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What is offered.
 *
 * @param shares of what full batches of all replicas serve, one after the other, each as long
 * @param gaps between arrivals
 */
record Load(List<Double> shares, Gaps gaps) {
    Load {
        shares = List.copyOf(shares);
    }

    static Load poisson(Double... shares) {
        return new Load(List.of(shares), Gaps.POISSON);
    }

    static Load bursts(double cv, Double... shares) {
        return new Load(List.of(shares), new Gaps.Hyperexponential(cv));
    }

    /** The moments, nanoseconds since the beginning; the same for the same seed. */
    long[] arrivals(double capacity, Duration length, long seed) {
        double[] rates = shares.stream().mapToDouble(share -> share * capacity).toArray();
        Arrivals.Stream stream =
                new RateCurve(rates, length.dividedBy(rates.length), gaps).start(new SplittableRandom(seed));
        long[] nanos = new long[256];
        int count = 0;
        for (long next = stream.nextNanos(); next != Arrivals.NEVER; next = stream.nextNanos()) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = next;
        }
        return Arrays.copyOf(nanos, count);
    }

    String describe() {
        String process = gaps instanceof Gaps.Hyperexponential(double cv) ? "bursts, CV " + cv : "Poisson";
        return process + ", "
                + shares.stream().map(share -> Math.round(share * 100) + " %").collect(Collectors.joining(" → "));
    }
}
