package dev.kilter.planner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.simulation.BatchTimes;
import dev.kilter.core.simulation.Scenario;
import dev.kilter.core.simulation.SimulatedReplica;
import dev.kilter.planner.Curves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A replica from which most of its load goes away at once. */
class RateDropTest {
    private static final int BEFORE = 2_000;
    private static final int AFTER = 50;

    /** Until it is sure that the load has gone, requests. */
    private static final int FIRST = 10;

    /** 12 ms for up to 16 items, twice that for up to 32: above some 40 requests a second it pays to wait. */
    private static final ServiceCurve STEPS = Curves.millis(1, 1, 12, 16, 12, 17, 24, 32, 24);

    @ParameterizedTest
    @CsvSource({"500, 5, 1", "500, 5, 2", "500, 5, 3", "500, 20, 1", "500, 20, 2", "500, 20, 3"})
    void nobodyWaitsForCompanyThatHasGone(double before, double after, long seed) {
        Replica replica = new Replica(seed);
        replica.arrive(BEFORE, before);
        replica.latencies.clear();
        replica.arrive(AFTER, after);
        assertThat(replica.latencies.subList(FIRST, AFTER))
                .as("at most a batch that ran, and its own")
                .allMatch(nanos -> nanos <= 24_000_000);
    }

    private static final class Replica implements SimulatedReplica.Sink {
        final List<Long> latencies = new ArrayList<>();
        private final SplittableRandom random;
        private final SimulatedReplica simulated;
        private long now;

        Replica(long seed) {
            random = new SplittableRandom(seed);
            simulated = new SimulatedReplica(
                    Scenario.of(STEPS, 1, new BatchLimits(32, OptionalLong.empty()), Duration.ofMillis(60)),
                    BatchTimes.of(STEPS, 32),
                    new SloBatchPolicy(),
                    random.split(),
                    this);
        }

        /** A Poisson stream, to the last answer. */
        void arrive(int requests, double perSecond) {
            for (int i = 0; i < requests; i++) {
                long next = now + Math.round(random.nextExponential() * 1e9 / perSecond);
                advanceTo(next);
                now = next;
                assertThat(simulated.offer(i, now, now)).isTrue();
                simulated.advance(now);
            }
            advanceTo(SimulatedReplica.NEVER - 1);
        }

        private void advanceTo(long end) {
            for (long next = simulated.nextNanos(); next <= end; next = simulated.nextNanos()) {
                simulated.advance(next);
            }
        }

        @Override
        public void answered(int tag, long arrival, long end) {
            latencies.add(end - arrival);
        }

        @Override
        public void givenUp(int tag, long arrival) {
            throw new AssertionError("given up: " + tag);
        }
    }
}
