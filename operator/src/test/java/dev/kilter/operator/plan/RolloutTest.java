package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.plan.Rollout.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DRAIN = Duration.ofSeconds(30);

    @Test
    void theFirstPoolTakesAllTrafficAtOnce() {
        Rollout step = decide(Map.of("new", 1), 0);
        assertThat(step.shares()).containsExactly(Map.entry("new", 100));
        assertThat(step.complete()).isTrue();
    }

    @Test
    void trafficShiftsWhenAllNewPodsAreReadyAndTheOldPoolGoesAfterTheDrain() {
        Rollout starting = decide(Map.of("new", 2), 0, serving("old", 3));
        assertThat(starting.shares()).containsExactly(Map.entry("new", 0));
        assertThat(starting.complete()).isFalse();
        assertThat(starting.retiring()).isEmpty();

        Rollout halfReady = decide(Map.of("new", 2), 10, serving("old", 3), starting("new", 2, 1));
        assertThat(halfReady.complete()).isFalse();

        Rollout warm = decide(Map.of("new", 2), 20, serving("old", 3), starting("new", 2, 2));
        assertThat(warm.shares()).containsExactly(Map.entry("new", 100));
        assertThat(warm.retiring()).containsExactly(Map.entry("old", at(20)));
        assertThat(warm.delete()).isEmpty();
        assertThat(warm.wakeAfter()).contains(DRAIN);

        Rollout draining = decide(Map.of("new", 2), 40, serving("new", 2), retired("old", 20));
        assertThat(draining.delete()).isEmpty();
        assertThat(draining.wakeAfter()).contains(Duration.ofSeconds(10));

        Rollout drained = decide(Map.of("new", 2), 50, serving("new", 2), retired("old", 20));
        assertThat(drained.delete()).containsExactly("old");
        assertThat(drained.retiring()).isEmpty();
    }

    @Test
    void aPoolThatNeverServedGoesAtOnceWhenItIsSuperseded() {
        Rollout step = decide(Map.of("newer", 1), 0, serving("old", 1), starting("new", 1, 0));
        assertThat(step.delete()).containsExactly("new");
        assertThat(step.shares()).containsExactly(Map.entry("newer", 0));
    }

    @Test
    void anOldPoolWithoutReadyPodsIsNotWaitedFor() {
        Running broken = new Running("old", 100, 3, 0, Optional.empty());
        Rollout step = decide(Map.of("new", 1), 0, broken, starting("new", 1, 0));
        assertThat(step.shares()).containsExactly(Map.entry("new", 100));
        assertThat(step.retiring()).containsKey("old");
    }

    @Test
    void theWayBackToAPoolThatStillDrainsIsShort() {
        Running draining = new Running("old", 0, 1, 1, Optional.of(at(20)));
        Rollout step = decide(Map.of("old", 1), 25, serving("new", 1), draining);
        assertThat(step.shares()).containsExactly(Map.entry("old", 100));
        assertThat(step.retiring()).containsExactly(Map.entry("new", at(25)));
    }

    @Test
    void fewerReplicasThanPlannedWillDoIfWhoeverScalesSaysSo() {
        Rollout step = decide(Map.of("new", 5), 0, serving("old", 3), starting("new", 2, 2));
        assertThat(step.complete()).isTrue();
    }

    private static Rollout decide(Map<String, Integer> wanted, int second, Running... running) {
        return Rollout.decide(wanted, List.of(running), DRAIN, at(second));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static Running serving(String name, int pods) {
        return new Running(name, 100, pods, pods, Optional.empty());
    }

    private static Running starting(String name, int replicas, int ready) {
        return new Running(name, 0, replicas, ready, Optional.empty());
    }

    private static Running retired(String name, int since) {
        return new Running(name, 0, 1, 1, Optional.of(at(since)));
    }
}
