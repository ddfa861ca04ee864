package dev.kilter.autoscaler.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one predictor asked for in the last hour: the highest of each ten seconds, the newest first. Immutable.
 *
 * @param steps the first one is not over yet
 * @param since when that began
 */
record Held(List<Double> steps, Instant since) {

    static final Held NONE = new Held(List.of(), Instant.MIN);

    static final Duration STEP = Duration.ofSeconds(10);

    private static final int STEPS = 361;

    Held {
        steps = List.copyOf(steps);
    }

    Held with(double asked, Instant now) {
        boolean same = !steps.isEmpty() && Duration.between(since, now).compareTo(STEP) < 0;
        List<Double> next = new ArrayList<>(steps.size() + 1);
        next.add(same ? Math.max(asked, steps.getFirst()) : asked);
        next.addAll(steps.subList(same ? 1 : 0, same ? steps.size() : Math.min(steps.size(), STEPS - 1)));
        return new Held(next, same ? since : now);
    }

    /** The highest of the last so long, for each of those times; they grow. */
    List<Double> highest(List<Duration> times) {
        List<Double> highest = new ArrayList<>(times.size());
        double so = 0;
        int step = 0;
        for (Duration time : times) {
            long last = time.dividedBy(STEP);
            for (; step <= last && step < steps.size(); step++) {
                so = Math.max(so, steps.get(step));
            }
            highest.add(so);
        }
        return highest;
    }
}
