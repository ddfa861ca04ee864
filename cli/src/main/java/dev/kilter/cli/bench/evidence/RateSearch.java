package dev.kilter.cli.bench.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Searches the highest rate at which an objective holds. First doubling or halving until a rate holds and a higher one
 * does not; then bisection, in ratios, until the two are close; then the lower one is tried once more, so that the
 * answer does not rest on one lucky run.
 *
 * <p>Steps may contradict each other: a rate fails and a higher one holds. More load never helps the tail, so the
 * shares of breaches are made to rise with the rate by pooling neighbours that do not (isotonic regression, Ayer and
 * others, 1955); a rate is judged by the pooled counts, and the search goes on from there. Not thread-safe.
 */
public final class RateSearch {

    /**
     * One measured step.
     *
     * @param perSecond the offered rate
     * @param requests whose fate was certain
     * @param breaches those among them that broke the objective
     * @param verdict the step's own
     */
    public record Step(double perSecond, long requests, long breaches, Verdict verdict) {}

    /**
     * What is known.
     *
     * @param holds the highest rate at which the objective was shown to hold; empty: none yet
     * @param fails the lowest rate above it at which it was not; empty: none yet
     */
    public record Bracket(OptionalDouble holds, OptionalDouble fails) {}

    /** Two runs of the answer's own rate. */
    private static final int CONFIRMED = 2;

    private static final double LOWEST = 0.01;

    private final double first;
    private final double resolution;
    private final int mostSteps;
    private final Objective objective;
    private final List<Step> steps = new ArrayList<>();

    /**
     * @param first the rate to begin with, requests a second
     * @param resolution how close the two ends are to come, such as 0.03
     * @param mostSteps after so many the answer is what is known by then
     */
    public RateSearch(Objective objective, double first, double resolution, int mostSteps) {
        if (!(first >= LOWEST) || Double.isInfinite(first)) {
            throw new IllegalArgumentException("rate: " + first + " (expected: >= " + LOWEST + ")");
        }
        this.objective = objective;
        this.first = first;
        this.resolution = resolution;
        this.mostSteps = mostSteps;
    }

    /** The rate to measure next; empty: done. */
    public OptionalDouble next() {
        if (steps.size() >= mostSteps) {
            return OptionalDouble.empty();
        }
        if (steps.isEmpty()) {
            return OptionalDouble.of(first);
        }
        Bracket bracket = bracket();
        if (bracket.holds().isEmpty()) {
            double lower = bracket.fails().orElse(first) / 2;
            return lower < LOWEST ? OptionalDouble.empty() : OptionalDouble.of(lower);
        }
        double holds = bracket.holds().getAsDouble();
        if (bracket.fails().isEmpty()) {
            return OptionalDouble.of(holds * 2);
        }
        double fails = bracket.fails().getAsDouble();
        if (fails / holds > 1 + resolution) {
            return OptionalDouble.of(Math.sqrt(holds * fails));
        }
        long runs = steps.stream().filter(step -> step.perSecond() == holds).count();
        return runs < CONFIRMED ? OptionalDouble.of(holds) : OptionalDouble.empty();
    }

    public void add(Step step) {
        steps.add(step);
    }

    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** The ends of the answer as known by now. */
    public Bracket bracket() {
        OptionalDouble holds = OptionalDouble.empty();
        OptionalDouble fails = OptionalDouble.empty();
        for (Pool pool : pools()) {
            if (pool.verdict == Verdict.PROVEN && fails.isEmpty()) {
                holds = OptionalDouble.of(pool.highest);
            } else if (fails.isEmpty()) {
                fails = OptionalDouble.of(pool.lowest);
            }
        }
        return new Bracket(holds, fails);
    }

    /** Rates in ascending order, neighbours pooled until the share of breaches rises throughout. */
    private List<Pool> pools() {
        TreeMap<Double, List<Step>> byRate = new TreeMap<>(Comparator.naturalOrder());
        steps.forEach(step ->
                byRate.computeIfAbsent(step.perSecond(), _ -> new ArrayList<>()).add(step));
        List<Pool> pools = new ArrayList<>();
        byRate.values().forEach(same -> {
            pools.add(Pool.of(objective, same));
            while (pools.size() > 1
                    && pools.get(pools.size() - 2).share() > pools.getLast().share()) {
                Pool upper = pools.removeLast();
                pools.add(pools.removeLast().with(objective, upper));
            }
        });
        return pools;
    }

    private record Pool(double lowest, double highest, long requests, long breaches, Verdict verdict) {

        /** One rate: what its runs say where they agree, else their counts together. */
        static Pool of(Objective objective, List<Step> same) {
            double rate = same.getFirst().perSecond();
            long requests = same.stream().mapToLong(Step::requests).sum();
            long breaches = same.stream().mapToLong(Step::breaches).sum();
            boolean agree = same.stream().map(Step::verdict).distinct().count() == 1;
            Verdict verdict = agree ? same.getFirst().verdict() : EarlyStop.once(objective, requests, breaches);
            return new Pool(rate, rate, requests, breaches, verdict);
        }

        double share() {
            return requests == 0 ? 1 : (double) breaches / requests;
        }

        Pool with(Objective objective, Pool upper) {
            long all = requests + upper.requests;
            long broken = breaches + upper.breaches;
            // Two that agree need no second opinion.
            Verdict together = verdict == upper.verdict ? verdict : EarlyStop.once(objective, all, broken);
            return new Pool(lowest, upper.highest, all, broken, together);
        }
    }
}
