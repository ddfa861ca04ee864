package dev.kilter.autoscaler.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Ways to tell the rate some time ahead from what was seen. None is right for every load; their errors tell which is.
 */
enum Predictor {
    /** It stays as it is. */
    LEVEL("level") {
        @Override
        double predict(History history, Duration ahead, double probability) {
            return history.now().burst();
        }
    },
    /** It returns to the mean of the long window. */
    MEAN("mean") {
        @Override
        double predict(History history, Duration ahead, double probability) {
            return history.now().steady();
        }
    },
    /** It goes on as the line of the last minute (least squares), at most to half or twice the present rate. */
    TREND("trend") {
        @Override
        double predict(History history, Duration ahead, double probability) {
            List<Sample> recent = history.recent();
            Instant now = recent.getLast().at();
            double n = 0;
            double sumX = 0;
            double sumY = 0;
            double sumXx = 0;
            double sumXy = 0;
            for (int i = recent.size() - 1; i >= 0 && seconds(recent.get(i).at(), now) <= LINE_SECONDS; i--) {
                double x = -seconds(recent.get(i).at(), now);
                double y = recent.get(i).rates().latest();
                n++;
                sumX += x;
                sumY += y;
                sumXx += x * x;
                sumXy += x * y;
            }
            double level = recent.getLast().rates().burst();
            double spread = n * sumXx - sumX * sumX;
            if (n < 5 || !(spread > 0)) {
                return level;
            }
            double slope = (n * sumXy - sumX * sumY) / spread;
            double there = (sumY - slope * sumX) / n + slope * ahead.toNanos() / 1e9;
            return Math.clamp(there, level / 2, level * 2);
        }
    },
    /** What was the highest in the last minutes comes again. */
    PEAK("recent peak") {
        @Override
        double predict(History history, Duration ahead, double probability) {
            double highest = 0;
            for (Sample sample : history.recent()) {
                highest = Math.max(highest, sample.rates().burst());
            }
            return highest;
        }
    },
    /** Any rate of the last hour may come again, whatever there is now. */
    RANGE("range of the last hour") {
        @Override
        double predict(History history, Duration ahead, double probability) {
            return history.quantile(probability);
        }
    };

    private static final double LINE_SECONDS = 60;

    private final String words;

    Predictor(String words) {
        this.words = words;
    }

    /** Requests a second, so far ahead; for those that ask how sure it is to be, with that probability. */
    abstract double predict(History history, Duration ahead, double probability);

    @Override
    public String toString() {
        return words;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
