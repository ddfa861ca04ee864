package dev.kilter.autoscaler.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The line that some time's rates lie on, by least squares. */
final class Line {
    private static final int FEWEST = 5;

    private Line() {}

    /**
     * Where it is so far ahead, at least half and at most twice the present rate.
     *
     * @param recent the last one is of now
     * @param length of which it is drawn; where fewer than five samples lie in it, the present rate goes on
     */
    static double ahead(List<Sample> recent, Duration length, Duration ahead) {
        Instant now = recent.getLast().at();
        double n = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (Sample sample : recent.reversed()) {
            if (Duration.between(sample.at(), now).compareTo(length) > 0) {
                break;
            }
            double x = -seconds(Duration.between(sample.at(), now));
            double y = sample.rates().latest();
            n++;
            sumX += x;
            sumY += y;
            sumXx += x * x;
            sumXy += x * y;
        }
        double level = recent.getLast().rates().burst();
        double spread = n * sumXx - sumX * sumX;
        if (n < FEWEST || !(spread > 0)) {
            return level;
        }
        double slope = (n * sumXy - sumX * sumY) / spread;
        double there = (sumY - slope * sumX) / n + slope * seconds(ahead);
        return Math.clamp(there, level / 2, level * 2);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
