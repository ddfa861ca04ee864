package dev.kilter.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.Plan.Evidence;
import dev.kilter.planner.Plan.Pool;
import dev.kilter.planner.Replan.Adjust;
import dev.kilter.planner.Replan.Keep;
import dev.kilter.planner.Replan.Running;
import dev.kilter.planner.Replan.Switch;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplanTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DWELL = Duration.ofMinutes(10);
    private static final Instant LATER = START.plus(Duration.ofMinutes(11));

    private final Plan t4 = plan("t4", "0.35", 400, Evidence.MEASURED, 32);
    private final Plan cpu = plan("cpu", "0.10", 100, Evidence.MEASURED, 8);

    @Test
    void keepsTheSamePlan() {
        assertThat(decide(t4, t4, 300, LATER)).isEqualTo(new Keep("the same plan"));
    }

    @Test
    void adjustsTheSameConfigurationAtOnce() {
        Plan smaller = plan("t4", "0.35", 300, Evidence.MEASURED, 16);
        assertThat(decide(t4, smaller, 300, START)).isInstanceOf(Adjust.class);
    }

    @Test
    void switchesForASavingOnceTheDwellTimeHasPassed() {
        // 200/s: one t4 for 0.35, or two cpu for 0.20.
        Plan two = withReplicas(cpu, 2);
        assertThat(decide(t4, two, 200, START.plus(Duration.ofMinutes(9))))
                .isEqualTo(new Keep("another plan is better, but this one runs for 540s (expected: >= 600s)"));
        assertThat(decide(t4, two, 200, START.plus(DWELL)))
                .isEqualTo(new Switch(two, "saves 42.9%: 0.20/h instead of 0.35/h"));
    }

    @Test
    void keepsWhatCostsNearlyTheSame() {
        Plan little = plan("l4", "0.32", 400, Evidence.MEASURED, 32);
        assertThat(decide(t4, little, 200, LATER)).isInstanceOf(Keep.class);
    }

    @Test
    void comparesWithWhatTheRunningConfigurationWouldNeedForTheDemand() {
        // 1000/s: the running cpu pool was planned as one replica and would need ten for 1.00; three t4 cost 1.05.
        assertThat(decide(cpu, withReplicas(t4, 3), 1000, LATER)).isInstanceOf(Keep.class);
        // 1200/s: twelve cpu replicas for 1.20; three t4 cost 1.05.
        assertThat(decide(cpu, withReplicas(t4, 3), 1200, LATER)).isInstanceOf(Switch.class);
    }

    @Test
    void switchesAtOnceWhenTheObjectiveIsBroken() {
        Replan replan = Replan.decide(new Running(cpu, START, true), t4, 200, DWELL, START);
        assertThat(replan).isInstanceOf(Switch.class);
        assertThat(replan.reason()).startsWith("the objective is broken: ");
    }

    @Test
    void evidenceReplacesAGuessAndNeverTheOtherWayRound() {
        Plan guess = plan("cpu", "0.01", 0, Evidence.UNMEASURED, 8);
        assertThat(decide(guess, t4, 200, LATER)).isInstanceOf(Switch.class);
        assertThat(decide(t4, guess, 200, LATER)).isEqualTo(new Keep("a guess does not replace what is measured"));
    }

    private static Replan decide(Plan running, Plan fresh, double rate, Instant now) {
        return Replan.decide(new Running(running, START, false), fresh, rate, DWELL, now);
    }

    private static Plan plan(String onClass, String cost, double capacity, Evidence evidence, int batch) {
        return new Plan(
                List.of(new Pool(
                        onClass,
                        "CPU",
                        List.of("fp32"),
                        new OperatingPoint("fp32", batch, Optional.of(Duration.ZERO)),
                        1,
                        2,
                        1,
                        capacity > 0 ? Optional.of(capacity) : Optional.empty(),
                        Optional.empty(),
                        new BigDecimal(cost),
                        evidence,
                        "cheapest that meets p99 50ms at 200/s")),
                List.of());
    }

    private static Plan withReplicas(Plan plan, int replicas) {
        Pool pool = plan.pools().getFirst();
        return new Plan(
                List.of(new Pool(
                        pool.acceleratorClass(),
                        pool.provider(),
                        pool.variants(),
                        pool.operatingPoint(),
                        pool.instances(),
                        pool.threads(),
                        replicas,
                        pool.capacityPerReplica(),
                        pool.expectedP99(),
                        pool.costPerReplicaHour(),
                        pool.evidence(),
                        pool.reason())),
                List.of());
    }
}
