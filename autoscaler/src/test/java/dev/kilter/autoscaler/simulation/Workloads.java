package dev.kilter.autoscaler.simulation;

import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.RateCurve;
import dev.kilter.planner.simulation.arrivals.Shapes;
import dev.kilter.planner.simulation.arrivals.Trace;
import dev.kilter.planner.simulation.arrivals.TraceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The loads that policies are compared on, by name, with a mean of so many requests a second. */
final class Workloads {
    private static final Duration LENGTH = Duration.ofMinutes(38);

    private final Path traces;
    private final double mean;
    private final boolean held;
    private final long seed;

    /**
     * @param traces folder of the recorded ones
     * @param held the ones that nothing was tuned on
     */
    Workloads(Path traces, double mean, boolean held, long seed) {
        this.traces = traces;
        this.mean = mean;
        this.held = held;
        this.seed = seed + (held ? 1000 : 0);
    }

    Map<String, Arrivals> all() throws IOException {
        Map<String, Arrivals> all = new LinkedHashMap<>();
        all.put("level", curve(shapes(1).level(), Gaps.POISSON));
        all.put("diurnal", curve(shapes(2).diurnal(minutes(held ? 25 : 40)), Gaps.POISSON));
        all.put("steps", curve(shapes(3).steps(8, minutes(held ? 4 : 6)), Gaps.POISSON));
        all.put("ramps", curve(shapes(4).ramps(10, minutes(held ? 6 : 4)), Gaps.POISSON));
        all.put("spikes", curve(shapes(5).spikes(held ? 3 : 4, Duration.ofSeconds(60), minutes(6)), Gaps.POISSON));
        all.put("flash crowd", curve(shapes(6).flashCrowd(held ? 8 : 6, minutes(1), minutes(6)), Gaps.POISSON));
        all.put("on/off", curve(shapes(7).onOff(held ? 6 : 8, Duration.ofSeconds(30)), Gaps.POISSON));
        for (int cv : new int[] {2, 4, 8}) {
            all.put("cv " + cv, curve(shapes(8).diurnal(minutes(30)), new Gaps.Gamma(cv)));
        }
        all.put("servegen large", recorded("servegen_m-large_aggregate_rate.csv", held ? 1000 : 150, 30));
        all.put("servegen small", recorded("servegen_m-small_aggregate_rate.csv", held ? 600 : 150, held ? 30 : 60));
        all.put("azure code", thickened("AzureLLMInferenceTrace_code.csv"));
        all.put("azure conv", thickened("AzureLLMInferenceTrace_conv.csv"));
        return all;
    }

    private Shapes shapes(int which) {
        return new Shapes(LENGTH, 100 * seed + which);
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    private Arrivals curve(double[] shape, Gaps gaps) {
        return Shapes.scaled(shape, mean, gaps);
    }

    /** Windows of ten minutes from that one on, played in so many seconds each. */
    private Arrivals recorded(String file, int from, int seconds) throws IOException {
        try (Stream<String> lines = Files.lines(traces.resolve(file))) {
            double[] rates = lines.skip(1L + from)
                    .limit(LENGTH.toSeconds() / seconds)
                    .mapToDouble(line -> Double.parseDouble(line.split(",")[1]))
                    .toArray();
            double sum = 0;
            for (double rate : rates) {
                sum += rate;
            }
            for (int i = 0; i < rates.length; i++) {
                rates[i] *= mean * rates.length / sum;
            }
            return new RateCurve(rates, Duration.ofSeconds(seconds), Gaps.POISSON);
        }
    }

    /** Each arrival many times, so that the mean comes out; within two seconds, so that bursts stay bursts. */
    private Arrivals thickened(String file) throws IOException {
        List<String> lines = Files.readAllLines(traces.resolve(file));
        Arrivals recorded = TraceText.parse(lines, Gaps.POISSON);
        long length = Math.min(recorded.lengthNanos(), LENGTH.toNanos());
        long from = held ? recorded.lengthNanos() - length : 0;
        SplittableRandom random = new SplittableRandom(seed);
        int copies = (int) Math.max(1, Math.round(mean * recorded.lengthNanos() / 1e9 / (lines.size() - 1)));
        Arrivals.Stream stream = recorded.start(random);
        Stream.Builder<Long> moments = Stream.builder();
        for (long at = stream.nextNanos(); at != Arrivals.NEVER; at = stream.nextNanos()) {
            for (int i = 0; i < copies && at >= from && at < from + length; i++) {
                moments.add(at - from + random.nextLong(2_000_000_000L));
            }
        }
        return new Trace(moments.build().mapToLong(Long::longValue).toArray());
    }
}
