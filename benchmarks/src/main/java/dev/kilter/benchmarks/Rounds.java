package dev.kilter.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Interleaved rounds: A B C, A B C, … so that whatever else the machine does meets all alike. The order turns by one
 * place from round to round, so that none is always behind the same one.
 *
 * @param warmUp work of each contender before the first round
 * @param round how long each contender works in a round
 * @param clock nanoseconds
 */
public record Rounds(int count, Duration warmUp, Duration round, LongSupplier clock) {

    public Rounds {
        if (count < 1) {
            throw new IllegalArgumentException("rounds: " + count + " (expected: >= 1)");
        }
    }

    /**
     * What a contender did in one round.
     *
     * @param p50Nanos of one piece of work
     * @param p99Nanos of one piece of work
     */
    public record Round(String contender, int number, long items, long nanos, long p50Nanos, long p99Nanos) {

        public double itemsPerSecond() {
            return items * 1e9 / nanos;
        }
    }

    /** Runs them all; blocks. */
    public List<Round> run(List<? extends Contender> contenders) throws Exception {
        for (Contender contender : contenders) {
            measure(contender, 0, warmUp);
        }
        List<Round> rounds = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            for (int i = 0; i < contenders.size(); i++) {
                Contender contender = contenders.get((i + number) % contenders.size());
                rounds.add(measure(contender, number, round));
            }
        }
        return rounds;
    }

    private Round measure(Contender contender, int number, Duration time) throws Exception {
        long items = 0;
        long[] each = new long[1024];
        int pieces = 0;
        long start = clock.getAsLong();
        long now = start;
        while (now - start < time.toNanos()) {
            items += contender.work();
            long before = now;
            now = clock.getAsLong();
            if (pieces == each.length) {
                each = Arrays.copyOf(each, 2 * pieces);
            }
            each[pieces++] = now - before;
        }
        Arrays.sort(each, 0, pieces);
        return new Round(contender.name(), number, items, now - start, each[pieces / 2], each[(int) (pieces * 0.99)]);
    }
}
