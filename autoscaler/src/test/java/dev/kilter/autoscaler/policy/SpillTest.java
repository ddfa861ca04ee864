package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Two classes carry one revision because the first has no room: one replica on t4 carries 100/s, on a100 400/s. */
class SpillTest {

    private static Timeline spilled(int max, int t4, int placed) {
        return Timeline.foreseeing(1, max)
                .readyAfter(10)
                .pool("t4", t4, 100, 1)
                .pool("a100", 1, 400, 5)
                .place("t4", 0, placed)
                .place("a100", 1, 100);
    }

    @Test
    void whatFindsNoNodeIsNotCountedOnAndOneMoreIsAskedFor() {
        spilled(10, 6, 2)
                .rate(600)
                .at(2)
                .expect("t4", 3)
                .expectReason("t4", "its class has a node for 2: one more is asked for, others carry the rest")
                .expect("a100", 1)
                .rate(1400)
                .at(10)
                .expect("t4", 3)
                .expect("a100", 3);
    }

    @Test
    void theDearerFirstChoiceGoesBeforeTheCheaperThatStandsInForIt() {
        Timeline.foreseeing(1, 10)
                .pool("a100", 3, 400, 5)
                .pool("t4", 8, 100, 1)
                .place("a100", 0, 3)
                .place("t4", 1, 8)
                .rate(1100)
                .at(400)
                .expect("a100", 3)
                .expect("t4", 0);
    }

    @Test
    void whatStandsInIsKeptUntilTheFirstClassHasKeptItsRoom() {
        Timeline timeline = spilled(10, 4, 2).rate(390).at(60).expect("t4", 3).expect("a100", 1);
        timeline.place("t4", 0, 3).at(64).expect("t4", 4).place("t4", 0, 4);
        timeline.at(300).expect("t4", 4).expect("a100", 1);
        timeline.at(400).expect("t4", 4).expect("a100", 0);
    }

    @Test
    void aClassThatHasRoomEveryOtherMinuteMovesNothingThatStandsIn() {
        Timeline timeline = spilled(10, 4, 0).rate(390).at(20);
        for (int minute = 1; minute <= 60; minute++) {
            timeline.place("t4", 0, minute % 2 == 0 ? 4 : 0).at(60 * minute);
            timeline.expect("a100", 1);
        }
    }

    @Test
    void atMaxReplicasOneIsAskedForOnTopAndNothingThatServesIsGivenBackForIt() {
        Timeline timeline = spilled(1, 1, 0).rate(80).at(60).expect("t4", 1).expect("a100", 1);
        timeline.place("t4", 0, 1).at(300).expect("t4", 1).expect("a100", 1);
        timeline.at(500).expect("t4", 1).expect("a100", 0);
    }

    @Test
    void theLeastReplicasAreWhereTheyServe() {
        spilled(4, 0, 0).rate(0).at(700).expect("t4", 1).expect("a100", 1);
    }

    @Test
    void whatStandsInUnmeasuredGoesWhenNothingIsLeftForIt() {
        Timeline.foreseeing(1, 10)
                .pool("t4", 4, 100, 1)
                .pool("a100", 2, 0, 5)
                .place("t4", 0, 4)
                .place("a100", 1, 2)
                .rate(90)
                .at(200)
                .expect("a100", 2)
                .at(400)
                .expect("a100", 0);
    }

    @Test
    void aPodThatWaitedHoursForANodeIsNoSlowStart() {
        Timeline timeline = spilled(10, 3, 2).rate(290).at(480);
        timeline.place("t4", 0, 3).at(500);
        assertThat(timeline.decision().reasons().getFirst()).contains("expected in 32 s");
    }

    @RepeatedTest(20)
    void atMostOneReplicaForEachFullClassIsAskedForBeyondTheBoundsWhateverComes(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        int min = 1 + random.nextInt(3);
        int max = min + random.nextInt(10);
        Timeline timeline = spilled(max, random.nextInt(max + 1), 0).limits(min, max);
        for (int second = 2; second < 1200; second += 2) {
            switch (random.nextInt(5)) {
                case 0 -> timeline.noMetrics();
                case 1 -> timeline.place("t4", 0, random.nextInt(max + 2));
                case 2 -> timeline.outcomes(random.nextInt(3000), random.nextDouble(), random.nextDouble());
                default -> timeline.rate(random.nextInt(3000));
            }
            timeline.at(second);
            int all = timeline.replicas("t4") + timeline.replicas("a100");
            assertThat(all).isBetween(min, max + 1);
            assertThat(timeline.replicas("t4")).isLessThanOrEqualTo(timeline.placed("t4") + 1);
            assertThat(timeline.placed("t4") + timeline.replicas("a100")).isGreaterThanOrEqualTo(min);
        }
    }
}
