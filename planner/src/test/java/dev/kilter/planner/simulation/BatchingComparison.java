package dev.kilter.planner.simulation;

import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * The highest rate with 99 of 100 requests in time, of our batching against the best fixed (batch, delay) by exhaustive
 * search, greedy dispatch, AIMD and CORK, in virtual time. Run by hand; prints a Markdown table. Arguments: how many
 * seeds, requests a run, burstiness (1: Poisson), curves (all).
 */
final class BatchingComparison {
    private static final int[] BATCHES = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128};
    private static final double[] DELAYS = {0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5};
    private static final double PRECISION = 0.002;

    private record Row(String curve, double tightMillis, double looseMillis) {}

    private static final List<Row> ROWS = List.of(
            new Row("CPU", 10, 30),
            new Row("TINY", 0.25, 2),
            new Row("T4", 10, 40),
            new Row("STEP", 10, 30),
            new Row("A100", 8, 30));

    private final int seeds;
    private final int requests;

    private BatchingComparison(int seeds, int requests) {
        this.seeds = seeds;
        this.requests = requests;
    }

    public static void main(String... arguments) {
        int seeds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int requests = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 150_000;
        double burstiness = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 1;
        BatchingComparison comparison = new BatchingComparison(seeds, requests);
        System.out.println("| Curve | SLO | Engines | Best fixed | Rate | Ours | Greedy | AIMD | CORK | ± |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        List<String> curves = List.of(arguments).subList(Math.min(3, arguments.length), arguments.length);
        for (Row row : ROWS) {
            if (!curves.isEmpty() && !curves.contains(row.curve())) {
                continue;
            }
            for (double millis : new double[] {row.tightMillis(), row.looseMillis()}) {
                for (int engines : new int[] {1, 2}) {
                    Duration slo = Duration.ofNanos(Math.round(millis * 1e6));
                    System.out.println(comparison.line(new Rival.Place(row.curve(), engines, slo, burstiness)));
                }
            }
        }
    }

    private String line(Rival.Place place) {
        Rival best = bestFixed(place);
        double[] bestRates = rates(best, place);
        double mean = DoubleStream.of(bestRates).average().orElseThrow();
        double[] ours = rates(Rival.ours(place), place);
        return "| %s | %s ms | %d | %s | %.0f/s | **%.3f** | %.3f | %.3f | %.3f | %.3f |"
                .formatted(
                        place.curveName(),
                        place.slo().toNanos() / 1e6,
                        place.engines(),
                        best.name(),
                        mean,
                        ratio(ours, bestRates),
                        ratio(rates(Rival.fixed(Rival.LARGEST, 0), place), bestRates),
                        ratio(rates(Rival.aimd(place), place), bestRates),
                        ratio(rates(Rival.cork(place), place), bestRates),
                        standardError(ours, bestRates));
    }

    private Rival bestFixed(Rival.Place place) {
        Rival best = Rival.fixed(Rival.LARGEST, 0);
        double rate = best.highestRate(place, 0, PRECISION, requests, 0);
        for (double share : DELAYS) {
            for (int batch : BATCHES) {
                Rival fixed = Rival.fixed(batch, Math.round(share * place.slo().toNanos()));
                double more = fixed.highestRate(place, rate * (1 + PRECISION), PRECISION, requests, 0);
                if (more > rate) {
                    rate = more;
                    best = fixed;
                }
            }
        }
        return best;
    }

    private double[] rates(Rival rival, Rival.Place place) {
        return LongStream.rangeClosed(1, seeds)
                .mapToDouble(seed -> rival.highestRate(place, 0, PRECISION, requests, seed))
                .toArray();
    }

    private static double ratio(double[] rates, double[] base) {
        return DoubleStream.of(rates).sum() / DoubleStream.of(base).sum();
    }

    /** Of the mean of the ratios, by seed. */
    private static double standardError(double[] rates, double[] base) {
        double mean = ratio(rates, base);
        double squares = 0;
        for (int i = 0; i < rates.length; i++) {
            double off = rates[i] / base[i] - mean;
            squares += off * off;
        }
        return Math.sqrt(squares / Math.max(1, rates.length - 1) / rates.length);
    }
}
