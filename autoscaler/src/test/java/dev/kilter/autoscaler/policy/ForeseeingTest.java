package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

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
    void scalesInAfterAsLongAsAStartTakes() {
        Timeline timeline = Timeline.foreseeing(1, 40).pool("t4", 2, 100, 1).readyAfter(30);
        for (int second = 2; second <= 7200; second += 2) {
            // Hours of little, so that the peak of the beginning is no more expected.
            timeline.rate(second < 600 ? 900 : 100).at(second);
        }
        assertThat(timeline.replicas("t4")).isLessThanOrEqualTo(2);
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
