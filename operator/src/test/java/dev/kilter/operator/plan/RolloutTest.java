package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.plan.Rollout.Running;
import dev.kilter.operator.plan.Rollout.Situation;
import dev.kilter.operator.plan.Rollout.Target;
import dev.kilter.operator.plan.Rollout.Unready;
import dev.kilter.operator.plan.Standing.Established;
import dev.kilter.operator.plan.Standing.Retired;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Another plan for the same revision: its pools take over as they are. */
class RolloutTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final RolloutRules RULES =
            new RolloutRules(10, Duration.ofMinutes(1), 100, Duration.ofMinutes(10), 0.02, 0.01);

    @Test
    void theFirstPoolTakesAllTrafficAtOnce() {
        Rollout step = decide(Map.of("new", 1), 0);
        assertThat(step.pools()).containsExactly(Map.entry("new", full()));
        assertThat(step.complete()).isTrue();
    }

    @Test
    void trafficShiftsWhenAllNewPodsAreReadyAndTheOldPoolGoesAfterTheDrain() {
        Rollout starting = decide(Map.of("new", 2), 0, serving("old", 3));
        assertThat(starting.pools()).containsEntry("new", none()).containsEntry("old", full());
        assertThat(starting.complete()).isFalse();

        Rollout halfReady = decide(Map.of("new", 2), 10, serving("old", 3), starting("new", 2, 1));
        assertThat(halfReady.complete()).isFalse();

        Rollout warm = decide(Map.of("new", 2), 20, serving("old", 3), starting("new", 2, 2));
        assertThat(warm.pools()).containsEntry("new", full()).containsEntry("old", retired(20));
        assertThat(warm.delete()).isEmpty();
        assertThat(warm.wakeAfter()).contains(DRAIN);

        Rollout draining = decide(Map.of("new", 2), 40, serving("new", 2), retired("old", 20));
        assertThat(draining.delete()).isEmpty();
        assertThat(draining.wakeAfter()).contains(Duration.ofSeconds(10));

        Rollout drained = decide(Map.of("new", 2), 50, serving("new", 2), retired("old", 20));
        assertThat(drained.delete()).containsExactly("old");
        assertThat(drained.pools()).containsOnlyKeys("new");
    }

    @Test
    void aPoolThatNeverServedGoesAtOnceWhenItIsSuperseded() {
        Rollout step = decide(Map.of("newer", 1), 0, serving("old", 1), starting("new", 1, 0));
        assertThat(step.delete()).containsExactly("new");
        assertThat(step.pools()).containsEntry("newer", none());
    }

    @Test
    void anOldPoolThatNeverHadAReadyPodIsNotWaitedFor() {
        Rollout step = decide(Map.of("new", 1), 0, unready("old", Optional.empty()), starting("new", 1, 0));
        assertThat(step.pools()).containsEntry("new", full()).containsEntry("old", retired(0));
    }

    @Test
    void anOldPoolThatLostItsPodsIsWaitedForUntilTheDeadline() {
        Running lost = unready("old", Optional.of(at(100)));
        Rollout waits = decide(Map.of("new", 1), 110, lost, starting("new", 1, 0));
        assertThat(waits.pools()).containsEntry("new", none()).containsEntry("old", full());

        Rollout goesOn = decide(Map.of("new", 1), 700, lost, starting("new", 1, 0));
        assertThat(goesOn.pools()).containsEntry("new", full()).containsEntry("old", retired(700));
    }

    @Test
    void theWayBackToAPoolThatStillDrainsIsShort() {
        Rollout step = decide(Map.of("old", 1), 25, serving("new", 1), retired("old", 20));
        assertThat(step.pools()).containsEntry("old", full()).containsEntry("new", retired(25));
    }

    @Test
    void fewerReplicasThanPlannedWillDoIfWhoeverScalesSaysSo() {
        Rollout step = decide(Map.of("new", 5), 0, serving("old", 3), starting("new", 2, 2));
        assertThat(step.complete()).isTrue();
    }

    private static Rollout decide(Map<String, Integer> wanted, int second, Running... running) {
        return Rollout.decide(new Situation("r", wanted, List.of(running), RULES, Optional.empty(), DRAIN), at(second));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static Target full() {
        return new Target(Rollout.FULL, new Established());
    }

    private static Target none() {
        return new Target(0, new Established());
    }

    private static Target retired(int since) {
        return new Target(0, new Retired(at(since), true));
    }

    private static Running serving(String name, int pods) {
        return new Running(name, "r", 100, pods, pods, new Established(), Optional.empty(), Optional.empty());
    }

    private static Running unready(String name, Optional<Instant> lostSince) {
        Optional<Unready> unready = lostSince.map(since -> new Unready(since, true));
        return new Running(name, "r", 100, 3, 0, new Established(), unready, Optional.empty());
    }

    private static Running starting(String name, int replicas, int ready) {
        return new Running(name, "r", 0, replicas, ready, new Established(), Optional.empty(), Optional.empty());
    }

    private static Running retired(String name, int since) {
        return new Running(name, "r", 0, 1, 1, new Retired(at(since), true), Optional.empty(), Optional.empty());
    }
}
