package dev.kilter.autoscaler.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Each predictor with each of some times to keep what it asked for, and what it would have cost so far to follow that
 * one: all that it kept at the price of an excess, and what came beyond what was ready by then at the price of a
 * shortage. So how long a peak is worth keeping is learnt from how soon peaks came again; one price ratio, the hedge,
 * decides it (ski rental, by following the expert who has paid least). Immutable.
 *
 * @param held for each predictor
 * @param costs for each predictor each hold, older ones fading; empty: nothing came yet
 */
record Experts(List<Held> held, List<Double> costs) {

    /** They grow by twos, about; none is shorter than a start, which is what starting again would cost. */
    private static final List<Duration> HOLDS = Stream.of(0, 30, 60, 120, 300, 600, 1200, 3600)
            .map(Duration::ofSeconds)
            .toList();

    private static final Duration HALF_LIFE = Duration.ofMinutes(30);

    Experts {
        held = List.copyOf(held);
        costs = List.copyOf(costs);
    }

    static Experts of(int predictors) {
        return new Experts(Collections.nCopies(predictors, Held.NONE), List.of());
    }

    /** What was held is not, what was paid is remembered. */
    Experts afterGap() {
        return new Experts(of(held.size()).held(), costs);
    }

    /** With what the predictors ask for now. */
    Experts with(List<Pending.Said> said, Instant now) {
        List<Held> next = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            next.add(held.get(i).with(said.get(i).quantile(), now));
        }
        return new Experts(next, costs);
    }

    /** What each expert asks for now. */
    List<Double> asked(Duration startUp) {
        List<Duration> times = HOLDS.stream()
                .map(hold -> hold.compareTo(startUp) < 0 ? startUp : hold)
                .toList();
        return held.stream().flatMap(one -> one.highest(times).stream()).toList();
    }

    /**
     * With the cost of the time until now.
     *
     * @param before what each asked for since a start ago; what was asked for all that time is ready
     */
    Experts paid(List<Double> asked, List<Pending> before, double came, double probability, Duration passed) {
        double keep = Math.pow(0.5, (double) passed.toNanos() / HALF_LIFE.toNanos());
        List<Double> paid = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            double ready = asked.get(i);
            for (Pending pending : before) {
                ready = Math.min(ready, pending.asked().get(i));
            }
            double cost = probability * Math.max(0, came - ready) + (1 - probability) * asked.get(i);
            paid.add((costs.isEmpty() ? 0 : keep * costs.get(i)) + cost);
        }
        return new Experts(held, paid);
    }

    /** Who has paid least; of equals the one that is named first and holds shortest. */
    int best() {
        int best = 0;
        for (int i = 1; i < costs.size(); i++) {
            best = costs.get(i) < costs.get(best) ? i : best;
        }
        return best;
    }

    static int predictor(int expert) {
        return expert / HOLDS.size();
    }

    static Duration hold(int expert) {
        return HOLDS.get(expert % HOLDS.size());
    }
}
