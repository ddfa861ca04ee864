package dev.kilter.autoscaler.forecast;

import java.time.Duration;

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
            return Line.ahead(history.recent(), LINE, ahead);
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

    private static final Duration LINE = Duration.ofSeconds(60);

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
}
