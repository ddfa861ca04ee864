package dev.kilter.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.kilter.planner.Plan.Pool;
import dev.kilter.planner.PlanOutcome.Impossible;
import dev.kilter.planner.Rejection.Constraint;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShortfallTest {

    @Test
    void saysByHowMuchTheLatencyIsMissedAndWhatWouldDo() {
        Impossible impossible = impossible(Requests.of()
                .p99Millis(8)
                .offer("cpu", "0.10", 4)
                .profile("fp32", "cpu", Curves.CPU)
                .build());
        assertThat(impossible.rejected())
                .containsExactly(new Rejection("fp32 on cpu", Constraint.LATENCY, "p99 10.4ms > 8ms at batch 1"));
        assertThat(impossible.reason())
                .isEqualTo("fp32 on cpu: p99 10.4ms > 8ms at batch 1; a faster class or variant, or slo.latency.p99"
                        + " above 10.4ms would do; until then planned for p99 20.8ms");
        Pool pool = impossible.nearest().orElseThrow().pools().getFirst();
        assertThat(pool.expectedP99().orElseThrow()).isBetween(Duration.ofMillis(10), Duration.ofMillis(21));
        assertThat(pool.reason()).isEqualTo(impossible.reason());
    }

    @Test
    void keepsABindingBudgetAndSaysWhatItCarries() {
        Impossible impossible = impossible(Requests.of()
                .rate(1000)
                .budget("0.50")
                .offer("cpu", "0.10", 4)
                .profile("fp32", "cpu", Curves.CPU)
                .build());
        Pool pool = impossible.nearest().orElseThrow().pools().getFirst();
        assertThat(pool.replicas()).isEqualTo(5);
        assertThat(pool.costPerHour()).isEqualByComparingTo("0.50");
        assertThat(impossible.reason())
                .matches("fp32 on cpu: 1\\.\\d+/h for \\d+ replicas > budget 0\\.50/h; 5 replicas of fp32 on cpu carry"
                        + " \\d+/s of 1000/s; budget\\.maxCostPerHour 1\\.\\d+ would do");
    }

    @Test
    void runsNothingThatTheBudgetDoesNotPay() {
        Impossible impossible = impossible(
                Requests.of().budget("0.50").offer("a100", "3.50", 40).build());
        assertThat(impossible.nearest()).isEmpty();
        assertThat(impossible.reason())
                .isEqualTo("fp32 on a100: 3.50/h for 1 replica > budget 0.50/h; budget.maxCostPerHour 3.50 would do");
    }

    @Test
    void keepsTheMostReplicasAndSaysHowManyWouldDo() {
        Impossible impossible = impossible(Requests.of()
                .rate(1000)
                .replicas(1, 3)
                .offer("cpu", "0.10", 4)
                .profile("fp32", "cpu", Curves.CPU)
                .build());
        assertThat(impossible.nearest().orElseThrow().pools().getFirst().replicas())
                .isEqualTo(3);
        assertThat(impossible.reason())
                .contains("> maxReplicas 3")
                .contains("scaling.maxReplicas 1")
                .endsWith("do");
    }

    @Test
    void answersAtTheFloorWhereNothingReachesTheTarget() {
        Requests requests = Requests.of()
                .variant("int8", "int8", 0.928, 100)
                .offer("t4", "0.35", 16)
                .profile("int8", "t4", Curves.T4);
        Impossible impossible = impossible(requests.quality(0.93, 0.92, 0.03).build());
        assertThat(impossible.reason())
                .isEqualTo("int8 on t4: accuracy 92.8% < target 93%; a better variant or a lower quality.target"
                        + " would do");
        assertThat(impossible.nearest().orElseThrow().pools().getFirst().variants())
                .containsExactly("int8");
        assertThat(impossible(requests.quality(0.93, 0.93, 0).build()).nearest())
                .isEmpty();
    }

    @Test
    void asksForALowerFixedTargetWhereThatIsWhatBinds() {
        Impossible impossible = impossible(Requests.of()
                .fixed(150)
                .offer("cpu", "0.10", 4)
                .profile("fp32", "cpu", Curves.CPU)
                .build());
        assertThat(impossible.reason())
                .matches("fp32 on cpu: carries 9\\d(\\.\\d)?/s within p99 50ms, and a fixed 150/s is asked; .*")
                .contains("a lower scaling.requestsPerSecondPerReplica would do; until then planned for p99 50ms");
        assertThat(impossible
                        .nearest()
                        .orElseThrow()
                        .pools()
                        .getFirst()
                        .capacityPerReplica()
                        .orElseThrow())
                .isLessThan(150);
    }

    @Test
    void saysThatThereIsNoClass() {
        assertThat(impossible(Requests.of().build()).reason())
                .isEqualTo("no accelerator class to plan for (expected: at least one)");
    }

    private static Impossible impossible(PlanRequest request) {
        return assertInstanceOf(Impossible.class, Planner.plan(request));
    }
}
