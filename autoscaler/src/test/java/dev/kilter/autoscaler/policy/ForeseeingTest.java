package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The policy as it serves: one replica carries 100/s. */
class ForeseeingTest {

    @Test
    void scalesOutBeforeARampArrives() {
        Timeline timeline = Timeline.foreseeing(1, 40).pool("t4", 2, 100, 1).readyAfter(30);
        for (int second = 2; second <= 1200; second += 2) {
            timeline.rate(second < 600 ? 150 : 150 + (second - 600)).at(second);
        }
        // 750/s now, 780/s when what is asked for now serves.
        assertThat(timeline.replicas("t4")).isBetween(8, 12);
        timeline.expectReason("t4", "99% sure");
    }

    @Test
    void scalesOutAtOnceOnALeap() {
        Timeline.foreseeing(1, 40)
                .pool("t4", 2, 100, 1)
                .readyAfter(30)
                .rate(150)
                .at(900)
                .rate(1000)
                .at(902)
                .expect("t4", 10);
    }

    @Test
    void isAsSureAsItsOwnerWantsIt() {
        Timeline timeline = Timeline.foreseeing(1, 40)
                .settings(settings -> settings.hedged(0.9995))
                .pool("t4", 10, 100, 1)
                .readyAfter(30);
        for (int second = 2; second <= 1200; second += 2) {
            timeline.rate(1000).at(second);
        }
        // Room for 2.1 times the highest of the hour.
        timeline.expectReason("t4", "up to 2110/s expected").expectReason("t4", "99.95% sure");
        assertThat(timeline.replicas("t4")).isBetween(20, 22);
    }

    @Test
    void scalesInAfterAsLongAsAStartTakes() {
        Timeline timeline = Timeline.foreseeing(1, 40).pool("t4", 2, 100, 1).readyAfter(30);
        for (int second = 2; second <= 7200; second += 2) {
            // Hours of little, so that the peak of the beginning is no more expected.
            timeline.rate(second < 600 ? 900 : 100).at(second);
        }
        assertThat(timeline.replicas("t4")).isLessThanOrEqualTo(2);
    }

    @Test
    void asksForFewerTheMoreLesserVariantsCouldAnswerUntilReplicasServeAndTellsSo() {
        Timeline none = afterAnHourOfNoise(0);
        Timeline some = afterAnHourOfNoise(80_000);
        // 5,000/s for 32 s: all that comes until a replica serves.
        Timeline all = afterAnHourOfNoise(200_000);
        none.expectReason("t4", "99% sure)");
        some.expectReason("t4", "could answer 50% of what comes until then)");
        all.expectReason("t4", "80% sure: a lesser variant could answer 100% of what comes until then)");
        all.expectReason("t4", "120% of 100/s a replica as measured");
        assertThat(some.replicas("t4")).isLessThan(none.replicas("t4"));
        assertThat(all.replicas("t4")).isLessThan(some.replicas("t4"));
    }

    @Test
    void peaksThatLesserAnswersAreNotEnoughForArePlannedForWhereverTheyAreReliedOn() {
        Random random = new Random(1);
        Timeline timeline = Timeline.foreseeing(1, 200)
                .pool("t4", 50, 100, 1)
                .readyAfter(30)
                .lesserLeft(1e6);
        for (int second = 2; second <= 3600; second += 2) {
            timeline.rate(random.nextInt(12) == 0 ? 10_000 : 4_000).at(second);
        }
        timeline.rate(4_000).at(3640).expectReason("t4", "/s to plan for, since up to 10000/s may come ");
        timeline.expectReason("t4", "(99% sure), more than lesser answers are enough for");
        // One time in twelve 10,000/s: below 80 % sure, but 140 % of 72 replicas.
        assertThat(timeline.replicas("t4")).isBetween(70, 80);
    }

    private static Timeline afterAnHourOfNoise(double lesserLeft) {
        Random random = new Random(1);
        Timeline timeline = Timeline.foreseeing(1, 100)
                .pool("t4", 50, 100, 1)
                .readyAfter(30)
                .lesserLeft(lesserLeft);
        for (int second = 2; second <= 3600; second += 2) {
            timeline.rate(5_000 + 1_500 * (random.nextDouble() - 0.5)).at(second);
        }
        return timeline.rate(5_000).at(3602);
    }

    @Test
    void theHedgeFallsInOdds() {
        PolicySettings settings = PolicySettings.hedged(0.99, 0.8, 1.2);
        assertThat(settings.hedge(0.99, 0)).isCloseTo(0.99, within(1e-9));
        assertThat(settings.hedge(0.99, 1)).isCloseTo(0.8, within(1e-9));
        // 99 to one, 4 to one, and between them 19.9 to one.
        assertThat(settings.hedge(0.99, 0.5)).isCloseTo(0.952, within(1e-3));
        assertThat(PolicySettings.hedged(0.7, 0.8, 1.2).hedge(0.7, 1)).isEqualTo(0.7);
    }

    @Test
    void withoutDataTheCountIsHeldAndWhatWasLearntIsKept() {
        Timeline.foreseeing(1, 40)
                .pool("t4", 5, 100, 1)
                .rate(450)
                .at(600)
                .noMetrics()
                .at(900)
                .expectHeld(true)
                .expect("t4", 5);
    }

    @Test
    void aRestartMovesNothingInAtOnce() {
        Timeline.foreseeing(1, 40)
                .pool("t4", 9, 100, 1)
                .rate(100)
                .restart()
                .at(2)
                .expect("t4", 9)
                .at(28)
                .expect("t4", 9);
    }
}
