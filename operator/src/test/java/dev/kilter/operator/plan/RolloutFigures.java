package dev.kilter.operator.plan;

import dev.kilter.operator.plan.Rollout.Stage;
import dev.kilter.operator.plan.RolloutLoop.Behaviour;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/** The figures of decision 0079, run by hand: false alarms, and how long a bad revision is not noticed. */
final class RolloutFigures {

    private static final int SEEDS = 1_000;

    private RolloutFigures() {}

    /** Prints them. */
    public static void main(String[] args) {
        Behaviour good = Behaviour.GOOD;
        row("alike, 0.25 % miss", good, good, 100);
        row("alike, 2 % miss, the most that is allowed", good.missing(0.02), good.missing(0.02), 100);
        row("alike, 10 % miss", good.missing(0.1), good.missing(0.1), 100);
        row("one in 100 against one in 500", good.missing(0.002), good.missing(0.01), 100);
        row("3 % miss", good, good.missing(0.03), 100);
        row("5 % miss", good, good.missing(0.05), 100);
        row("10 % miss", good, good.missing(0.1), 100);
        row("all miss", good, good.missing(1), 100);
        row("5 % fail", good, good.failing(0.05), 100);
        row("all fail", good, good.failing(1), 100);
        row("all miss, 5 requests a second", good, good.missing(1), 5);
        row("10 % miss, 5 requests a second", good, good.missing(0.1), 5);
    }

    @SuppressWarnings("SystemOut")
    private static void row(String what, Behaviour stable, Behaviour candidate, double rate) {
        int[] seconds = IntStream.range(0, SEEDS)
                .map(seed -> {
                    RolloutLoop loop =
                            new RolloutLoop(seed).rate(rate).apply("a", stable).run(60);
                    loop.apply("b", candidate).run(22);
                    int most = 4 * 600;
                    int took = 2;
                    while (took < most
                            && !(loop.stage() instanceof Stage.RolledBack)
                            && !(loop.stage() instanceof Stage.Complete)) {
                        loop.run(2);
                        took += 2;
                    }
                    return loop.stage() instanceof Stage.RolledBack ? took : -took;
                })
                .toArray();
        int[] back = Arrays.stream(seconds).filter(s -> s >= 0).sorted().toArray();
        int[] through =
                Arrays.stream(seconds).filter(s -> s < 0).map(s -> -s).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "| %s | %d rolled back%s; taken over after %s s in the median, %s at most%n",
                what,
                back.length,
                back.length == 0
                        ? ""
                        : ", after " + back[back.length / 2] + " s in the median, " + back[back.length - 1]
                                + " at most",
                through.length == 0 ? "-" : through[through.length / 2],
                through.length == 0 ? "-" : through[through.length - 1]);
    }
}
