package dev.kilter.cli.bench.evidence;

/**
 * Says as early as can be whether an objective holds, in the way of MLPerf LoadGen's early stopping: each request keeps
 * the objective or breaks it, and the number of breaches among {@code n} is binomial. With {@code q} the share that may
 * break it, it is proven when so few breaches would be as improbable as {@code 1 - confidence} if the true share were
 * {@code q} or more:
 *
 * <pre>  P(X <= breaches | n, q) <= alpha</pre>
 *
 * and refuted when so many would be if the true share were {@code q} or less. LoadGen looks once, at the end of its
 * run. Looking often finds a lucky moment sooner or later, so here the looks share one budget: the k-th look at
 * {@code n} requests, each look with a fifth more of them than the one before, uses {@code alpha / (k (k + 1))}; these
 * sum up to alpha, so whenever the run stops, the chance of a wrong proof is at most alpha (union bound), and that of a
 * wrong refutation likewise. Not thread-safe.
 *
 * <p>Breaches that come in clusters (a queue that was long for a while) carry less evidence than the bound takes them
 * for; the caller sees to a least duration.
 */
public final class EarlyStop {

    private static final double GROWTH = 1.2;

    /** Before so many requests no refutation is looked for. */
    private static final long FIRST_REFUTATION = 20;

    private final Objective objective;
    private final Looks proofs;
    private final Looks refutations;
    private Verdict verdict = Verdict.UNDECIDED;

    public EarlyStop(Objective objective) {
        this.objective = objective;
        double alpha = 1 - objective.confidence();
        this.proofs = new Looks(alpha, fewestForProof(objective));
        this.refutations = new Looks(alpha, FIRST_REFUTATION);
    }

    /** With fewer requests than this not even a run without a breach proves the objective. */
    public static long fewestForProof(Objective objective) {
        double first = (1 - objective.confidence()) / 2;
        return (long) Math.ceil(Math.log(first) / Math.log1p(-objective.allowed()));
    }

    /**
     * Looks at the counts so far; once decided, a verdict stays.
     *
     * @param requests of which it is certain whether they kept the objective; never falls
     * @param breaches those that did not
     */
    public Verdict look(long requests, long breaches) {
        if (verdict == Verdict.UNDECIDED && proofs.isDue(requests)) {
            double chance = Distributions.binomialAtMost(breaches, requests, objective.allowed());
            verdict = chance <= proofs.spend(requests) ? Verdict.PROVEN : verdict;
        }
        if (verdict == Verdict.UNDECIDED && refutations.isDue(requests)) {
            double chance = Distributions.binomialAtLeast(breaches, requests, objective.allowed());
            verdict = chance <= refutations.spend(requests) ? Verdict.REFUTED : verdict;
        }
        return verdict;
    }

    /** One look at the end of a run of fixed length: LoadGen's own test, without a shared budget. */
    public static Verdict once(Objective objective, long requests, long breaches) {
        double alpha = 1 - objective.confidence();
        if (requests == 0) {
            return Verdict.UNDECIDED;
        }
        if (Distributions.binomialAtMost(breaches, requests, objective.allowed()) <= alpha) {
            return Verdict.PROVEN;
        }
        return Distributions.binomialAtLeast(breaches, requests, objective.allowed()) <= alpha
                ? Verdict.REFUTED
                : Verdict.UNDECIDED;
    }

    /** When to look, and how much of the budget a look may use. */
    private static final class Looks {
        private final double alpha;
        private double next;
        private long count;

        Looks(double alpha, long first) {
            this.alpha = alpha;
            this.next = first;
        }

        boolean isDue(long requests) {
            return requests >= next;
        }

        double spend(long requests) {
            next = requests * GROWTH;
            count++;
            return alpha / (count * (count + 1.0));
        }
    }
}
