package dev.kilter.planner.simulation.control;

import java.time.Duration;
import java.util.List;

/** Decides how many replicas each pool should have and how they serve. It may remember; one serves one run. */
public interface Controller {

    /** How often it decides. */
    Duration period();

    /** How often the counters that it reads are scraped. */
    Duration scrapeEvery();

    /** How old a sample is before it can be read. */
    default Duration scrapeDelay() {
        return Duration.ZERO;
    }

    /** One for each pool, in their order. */
    List<Desired> decide(Seen seen);

    /** Leaves everything as it began. */
    static Controller none() {
        return new Controller() {
            @Override
            public Duration period() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Duration scrapeEvery() {
                return Duration.ofMinutes(1);
            }

            @Override
            public List<Desired> decide(Seen seen) {
                return seen.pools().stream()
                        .map(pool -> Desired.same(pool, "nobody scales"))
                        .toList();
            }
        };
    }
}
