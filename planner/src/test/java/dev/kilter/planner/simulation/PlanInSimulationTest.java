package dev.kilter.planner.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.kilter.core.Slo;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.simulation.Load;
import dev.kilter.core.simulation.ReplicaSimulation;
import dev.kilter.core.simulation.Scenario;
import dev.kilter.planner.Curves;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.PlanRequest;
import dev.kilter.planner.Planner;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanInSimulationTest {

    @ParameterizedTest
    @CsvSource({"CPU, 300, 80", "CPU, 40, 30", "T4, 4000, 25", "T4, 9000, 60", "A100, 20000, 6", "WILD, 2500, 45"})
    void aPlannedReplicaMeetsTheObjectiveAtItsShareOfTheDemandAndOneLessWouldNot(
            String curve, double demand, long millis) {
        Duration objective = Duration.ofMillis(millis);
        Plan.Pool pool = plan(curve, demand, objective);
        assertThat(p99(curve, pool, demand / pool.replicas(), objective)).isLessThanOrEqualTo(millis / 1e3 * 1.03);
        assertThat(p99(curve, pool, demand / pool.replicas(), objective))
                .isBetween(seconds(pool) * 0.93, seconds(pool) * 1.07);
        if (pool.replicas() > 1) {
            assertThat(p99(curve, pool, demand / (pool.replicas() - 1), objective))
                    .isGreaterThan(millis / 1e3 * 0.97);
        }
    }

    private static double p99(String curve, Plan.Pool pool, double rate, Duration objective) {
        BatchLimits limits = new BatchLimits(pool.operatingPoint().maxBatchSize(), OptionalLong.empty());
        Scenario scenario = Scenario.of(Curves.named(curve), pool.instances(), limits, objective);
        SloBatchPolicy policy = new SloBatchPolicy();
        return ReplicaSimulation.run(scenario, policy, Load.poisson(rate, 300_000, 11))
                .p99Seconds();
    }

    private static double seconds(Plan.Pool pool) {
        return pool.expectedP99().orElseThrow().toNanos() / 1e9;
    }

    private static Plan.Pool plan(String curve, double demand, Duration objective) {
        PlanRequest request = new PlanRequest(
                Optional.of(new Slo(objective, 0.001, Duration.ofMinutes(5))),
                demand,
                List.of(new PlanRequest.Variant("fp32", "fp32", Optional.empty(), Optional.empty())),
                List.of(new PlanRequest.Offer(
                        "some", "CPU", new BigDecimal("0.10"), Optional.empty(), Set.of(), 1, 2, Optional.empty())),
                List.of(new PlanRequest.Profile("fp32", "some", "CPU", Curves.named(curve), Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                PlanRequest.HardwarePolicy.CHEAPEST,
                new PlanRequest.Batching(32, Optional.empty()),
                new PlanRequest.Replicas(1, 50),
                Optional.empty());
        return assertInstanceOf(PlanOutcome.Chosen.class, Planner.plan(request))
                .plan()
                .pools()
                .getFirst();
    }
}
