package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Behavior;
import dev.kilter.core.scaling.Behavior.Limit;
import dev.kilter.core.scaling.Behavior.Rules;
import dev.kilter.core.scaling.Behavior.Select;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** {@code behavior} as in HorizontalPodAutoscaler v2. */
class BehaviorTest {

    @Test
    void podsAPeriodLimitScalingOut() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .behavior(up(rules(0, Select.MAX, new Limit.Pods(2, seconds(60)))))
                .rate(800)
                .at(2)
                .expect("t4", 3)
                .expectReason("t4", "behavior allows 3 of 10 now")
                .at(60)
                .expect("t4", 3)
                .at(66)
                .expect("t4", 5)
                .at(128)
                .expect("t4", 7);
    }

    @Test
    void percentAPeriodRoundsUpWhenScalingOut() {
        Timeline.between(1, 20)
                .pool("t4", 3, 100, 1)
                .behavior(up(rules(0, Select.MAX, new Limit.Percent(50, seconds(60)))))
                .rate(1600)
                .at(2)
                .expect("t4", 5)
                .at(66)
                .expect("t4", 8);
    }

    @Test
    void theLargestChangeCountsByMax() {
        Timeline.between(1, 20)
                .pool("t4", 4, 100, 1)
                .behavior(up(rules(0, Select.MAX, new Limit.Pods(1, seconds(60)), new Limit.Percent(100, seconds(60)))))
                .rate(1600)
                .at(2)
                .expect("t4", 8);
    }

    @Test
    void theSmallestChangeCountsByMin() {
        Timeline.between(1, 20)
                .pool("t4", 4, 100, 1)
                .behavior(up(rules(0, Select.MIN, new Limit.Pods(1, seconds(60)), new Limit.Percent(100, seconds(60)))))
                .rate(1600)
                .at(2)
                .expect("t4", 5);
    }

    @Test
    void disabledForbidsTheDirection() {
        Timeline.between(1, 20)
                .pool("t4", 4, 100, 1)
                .behavior(new Behavior(rules(0, Select.DISABLED), rules(10, Select.DISABLED)))
                .rate(1600)
                .at(10)
                .expect("t4", 4)
                .rate(0)
                .at(700)
                .expect("t4", 4);
    }

    @Test
    void scalingInGoesByStepsWithinItsOwnWindow() {
        Timeline.between(1, 20)
                .pool("t4", 10, 100, 1)
                .behavior(down(rules(30, Select.MAX, new Limit.Pods(2, seconds(20)))))
                .rate(80)
                .at(30)
                .expect("t4", 10)
                .at(34)
                .expect("t4", 8)
                .at(52)
                .expect("t4", 8)
                .at(58)
                .expect("t4", 6);
    }

    @Test
    void percentOfScalingInIsCutTowardsZero() {
        Timeline.between(1, 20)
                .pool("t4", 5, 100, 1)
                .behavior(down(rules(10, Select.MAX, new Limit.Percent(50, seconds(60)))))
                .rate(80)
                .at(14)
                .expect("t4", 2)
                .at(60)
                .expect("t4", 2)
                .at(80)
                .expect("t4", 1);
    }

    @Test
    void scalingOutWaitsForItsWindowWhereOneIsAskedFor() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .behavior(up(rules(60, Select.MAX)))
                .rate(80)
                .at(60)
                .expect("t4", 1)
                .rate(800)
                .at(100)
                .expect("t4", 1)
                .expectReason("t4", "scaling out from 1 to 10 waits")
                .at(124)
                .expect("t4", 10);
    }

    @Test
    void anOwnToleranceIsHonoured() {
        Timeline.between(1, 20)
                .pool("t4", 5, 100, 1)
                .behavior(up(new Rules(Optional.empty(), Optional.empty(), List.of(), OptionalDouble.of(0.5))))
                .rate(590)
                .at(10)
                .expect("t4", 5)
                .rate(610)
                .at(12)
                .expect("t4", 8);
    }

    @Test
    void theMinimumIsReachedWhateverTheLimits() {
        Timeline.between(1, 20)
                .pool("t4", 1, 100, 1)
                .behavior(up(rules(600, Select.MAX, new Limit.Pods(1, seconds(60)))))
                .rate(0)
                .at(4)
                .limits(6, 20)
                .at(6)
                .expect("t4", 6);
    }

    private static Behavior up(Rules rules) {
        return new Behavior(rules, Rules.UNSPECIFIED);
    }

    private static Behavior down(Rules rules) {
        return new Behavior(Rules.UNSPECIFIED, rules);
    }

    private static Rules rules(int window, Select select, Limit... limits) {
        return new Rules(Optional.of(seconds(window)), Optional.of(select), List.of(limits), OptionalDouble.empty());
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
