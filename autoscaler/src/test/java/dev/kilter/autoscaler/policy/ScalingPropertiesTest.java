package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What holds for any load. */
class ScalingPropertiesTest {

    @RepeatedTest(20)
    void countsNeverLeaveTheBoundsWhateverComes(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        int min = 1 + random.nextInt(3);
        int max = min + random.nextInt(10);
        Timeline timeline = Timeline.between(min, max)
                .pool("t4", min, 50 + random.nextInt(100), 1)
                .pool("a100", 0, 200 + random.nextInt(200), 1 + random.nextInt(5))
                .readyAfter(random.nextInt(30));
        for (int second = 2; second < 1200; second += 2) {
            switch (random.nextInt(6)) {
                case 0 -> timeline.noMetrics();
                case 1 -> timeline.outcomes(random.nextInt(3000), random.nextDouble(), random.nextDouble());
                case 2 -> timeline.setByHand("t4", random.nextInt(2 * max + 1));
                default -> timeline.rate(random.nextInt(3000));
            }
            timeline.at(second);
            assertThat(timeline.replicas("t4") + timeline.replicas("a100")).isBetween(min, max);
        }
    }

    @RepeatedTest(10)
    void aSteadyNoisyLoadDoesNotFlap(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        double rate = 50 + random.nextInt(1500);
        Timeline timeline = Timeline.between(1, 40).pool("t4", 1, 100, 1);
        // A Poisson stream's rate over ten seconds has this spread.
        double spread = Math.sqrt(rate * 10) / 10;
        for (int second = 2; second <= 1800; second += 2) {
            timeline.rate(Math.max(0, rate + spread * random.nextGaussian())).at(second);
        }
        int settledAfter = timeline.changes();
        for (int second = 1802; second <= 3600; second += 2) {
            timeline.rate(Math.max(0, rate + spread * random.nextGaussian())).at(second);
        }
        assertThat(timeline.changes() - settledAfter)
                .as("changes at %s/s in half an hour", rate)
                .isLessThanOrEqualTo(2);
    }

    @Test
    void aHigherRateNeverAsksForFewer() {
        for (int present = 1; present <= 12; present++) {
            int before = 0;
            for (int rate = 0; rate <= 2000; rate += 7) {
                int replicas = Timeline.between(1, 30)
                        .pool("t4", present, 100, 1)
                        .rate(rate)
                        .now()
                        .replicas("t4");
                assertThat(replicas).as("at %d/s from %d", rate, present).isGreaterThanOrEqualTo(before);
                before = replicas;
            }
        }
    }
}
