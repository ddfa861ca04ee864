package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What all replicas may cost in an hour. */
class BudgetTest {

    @Test
    void noMoreReplicasAreAskedForThanTheBudgetPays() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 0.35)
                .settings(s -> s.costingAtMost(1.05))
                .rate(900)
                .at(2)
                .expect("t4", 3)
                .expectReason("t4", "would be needed, budget.maxCostPerHour is 1.05, they cost 4.2");
    }

    @Test
    void bothBoundsAreNamedWhereBothBind() {
        Timeline.between(1, 5)
                .pool("t4", 1, 100, 0.5)
                .settings(s -> s.costingAtMost(2))
                .rate(900)
                .at(2)
                .expect("t4", 4)
                .expectReason("t4", "maxReplicas is 5, budget.maxCostPerHour is 2,");
    }

    @Test
    void whatServesIsGivenBackWhenTheBudgetIsLowered() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .rate(900)
                .at(2)
                .expect("t4", 12)
                .settings(s -> s.costingAtMost(4))
                .at(4)
                .expect("t4", 4)
                .expectReason("t4", "1..20 replicas at 4 an hour at most");
    }

    @Test
    void theDearerPoolHasWhatTheCheaperLeaves() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .poolMax("t4", 2)
                .pool("a100", 0, 400, 5)
                .settings(s -> s.costingAtMost(12))
                .rate(5000)
                .at(2)
                .expect("t4", 2)
                .expect("a100", 2);
    }

    @Test
    void theLeastReplicasGoBeforeTheBudget() {
        Timeline.between(3, 20)
                .pool("t4", 1, 100, 1)
                .settings(s -> s.costingAtMost(2))
                .rate(10)
                .at(2)
                .expect("t4", 3);
    }

    @Test
    void aBudgetBindsWithoutMetricsToo() {
        Timeline.between(1, 20)
                .pool("t4", 6, 100, 1)
                .settings(s -> s.costingAtMost(4))
                .noMetrics()
                .at(2)
                .expect("t4", 4);
    }

    @Test
    void whatHasNoPriceIsNotBound() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .unpriced("t4")
                .settings(s -> s.costingAtMost(2))
                .rate(500)
                .at(2)
                .expect("t4", 7);
    }

    @RepeatedTest(20)
    void noLoadCostsMoreThanTheBudget(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        double t4 = 0.2 + random.nextDouble();
        double a100 = 1 + 3 * random.nextDouble();
        double budget = t4 + 10 * random.nextDouble();
        Timeline timeline = Timeline.foreseeing(1, 30)
                .pool("t4", 1, 50 + random.nextInt(100), t4)
                .pool("a100", 0, 200 + random.nextInt(200), a100)
                .settings(s -> s.costingAtMost(budget))
                .readyAfter(random.nextInt(30));
        for (int second = 2; second < 1200; second += 2) {
            switch (random.nextInt(6)) {
                case 0 -> timeline.noMetrics();
                case 1 -> timeline.setByHand("t4", random.nextInt(40));
                default -> timeline.rate(random.nextInt(3000));
            }
            timeline.at(second);
            assertThat(timeline.replicas("t4") * t4 + timeline.replicas("a100") * a100)
                    .isLessThanOrEqualTo(budget * (1 + 1e-9));
        }
    }
}
