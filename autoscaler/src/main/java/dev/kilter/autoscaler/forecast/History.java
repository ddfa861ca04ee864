package dev.kilter.autoscaler.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was seen: every sample of the last minutes, and of the last hour the highest rate of each ten seconds.
 * Immutable.
 *
 * @param recent the last one is of now
 * @param past without the ten seconds that are not over yet
 * @param open the highest since
 * @param since when those began
 */
record History(List<Sample> recent, List<Double> past, double open, Instant since) {

    static final History NONE = new History(List.of(), List.of(), 0, Instant.MIN);

    private static final Duration RECENT = Duration.ofMinutes(5);
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final int STEPS = 360;
    private static final int A_MINUTE = 6;

    History {
        recent = List.copyOf(recent);
        past = List.copyOf(past);
    }

    History with(Rates rates, Instant now) {
        List<Sample> samples = new ArrayList<>();
        for (Sample sample : recent) {
            if (sample.at().isAfter(now.minus(RECENT))) {
                samples.add(sample);
            }
        }
        samples.add(new Sample(now, rates));
        if (since.equals(Instant.MIN)) {
            return new History(samples, past, rates.latest(), now);
        }
        double highest = Math.max(open, rates.latest());
        if (Duration.between(since, now).compareTo(STEP) < 0) {
            return new History(samples, past, highest, since);
        }
        List<Double> closed = new ArrayList<>(past.subList(Math.max(0, past.size() - STEPS + 1), past.size()));
        closed.add(highest);
        return new History(samples, closed, 0, now);
    }

    /** After a gap only the past is worth something. */
    History afterGap() {
        return new History(List.of(), past, 0, Instant.MIN);
    }

    Rates now() {
        return recent.getLast().rates();
    }

    /** The highest rate of the last hour. */
    double highest() {
        double highest = open;
        for (double rate : past) {
            highest = Math.max(highest, rate);
        }
        return highest;
    }

    /** Whether it goes up beyond all that the last hour had until some seconds ago; after less than a minute: no. */
    boolean rises() {
        return past.size() > A_MINUTE
                && past.subList(0, past.size() - 1).stream().allMatch(rate -> rate < now().burst());
    }

    /** The highest rate of ten seconds that was not exceeded in that part of the last hour. */
    double quantile(double probability) {
        if (past.isEmpty()) {
            return now().burst();
        }
        List<Double> sorted = past.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(probability * sorted.size())));
    }
}
