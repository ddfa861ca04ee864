package dev.kilter.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.kilter.core.capacity.Replica;
import dev.kilter.planner.Plan.Evidence;
import dev.kilter.planner.Plan.Pool;
import dev.kilter.planner.PlanOutcome.Chosen;
import dev.kilter.planner.PlanRequest.HardwarePolicy;
import dev.kilter.planner.PlanRequest.Offer;
import dev.kilter.planner.Rejection.Constraint;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {

    @Test
    void choosesTheCheapestClassThatMeetsTheObjective() {
        Plan plan = chosen(threeClasses().build());
        Pool pool = plan.pools().getFirst();
        assertThat(pool.acceleratorClass()).isEqualTo("t4");
        assertThat(pool.replicas()).isEqualTo(1);
        assertThat(pool.evidence()).isEqualTo(Evidence.MEASURED);
        assertThat(pool.reason()).isEqualTo("cheapest that meets p99 50ms at 200/s");
        assertThat(pool.costPerHour()).isEqualByComparingTo("0.35");
        assertThat(pool.expectedP99().orElseThrow()).isBetween(Duration.ofMillis(3), Duration.ofMillis(20));
        assertThat(plan.rejected())
                .anySatisfy(rejection -> {
                    assertThat(rejection.configuration()).isEqualTo("fp32 on a100");
                    assertThat(rejection.constraint()).isEqualTo(Constraint.PREFERENCE);
                    assertThat(rejection.reason()).isEqualTo("3.50/h for 1 replica, 10x the chosen");
                })
                .anySatisfy(rejection -> {
                    assertThat(rejection.configuration()).isEqualTo("fp32 on cpu");
                    assertThat(rejection.reason()).matches("0\\.\\d+/h for \\d replicas, 1\\.\\d+x the chosen");
                });
    }

    @Test
    void takesManySmallReplicasWhereTheyAreCheaper() {
        Pool pool = chosen(threeClasses()
                        .offer("tiny", "0.01", 4)
                        .profile("fp32", "tiny", Curves.CPU)
                        .build())
                .pools()
                .getFirst();
        assertThat(pool.acceleratorClass()).isEqualTo("tiny");
        assertThat(pool.replicas()).isGreaterThan(1);
        assertThat(pool.capacityPerReplica().orElseThrow() * pool.replicas()).isGreaterThanOrEqualTo(200);
        assertThat(pool.expectedP99().orElseThrow()).isLessThanOrEqualTo(Duration.ofMillis(51));
    }

    @ParameterizedTest
    @CsvSource({
        "CPU, 40, 1.006",
        "CPU, 300, 1.006",
        "T4, 12, 1.006",
        "T4, 50, 1.006",
        "T4, 400, 1.006",
        "A100, 5, 1.006",
        "A100, 40, 1.006",
        // Where batches may take three times their mean, capacity itself is known to some 3 %.
        "WILD, 60, 1.035"
    })
    void noBatchSizeCarriesMoreThanThePlannedOne(String curve, long millis, double noise) {
        Pool pool = chosen(Requests.of()
                        .p99Millis(millis)
                        .offer("some", "0.10", 4)
                        .profile("fp32", "some", Curves.named(curve))
                        .replicas(1, 100)
                        .build())
                .pools()
                .getFirst();
        for (int batch : new int[] {1, 2, 4, 8, 16, 32}) {
            Duration objective = Duration.ofMillis(millis);
            Replica replica = new Replica(Curves.named(curve), 1, batch, Optional.empty(), objective);
            assertThat(replica.capacity())
                    .as("batch %s", batch)
                    .isLessThanOrEqualTo(pool.capacityPerReplica().orElseThrow() * noise);
        }
    }

    @Test
    void aDelayThatIsAllowedTakesNothingWhereWaitingDoesNotPay() {
        Requests requests = Requests.of().p99Millis(25).offer("cpu", "0.10", 4).profile("fp32", "cpu", Curves.CPU);
        Pool without = chosen(requests.build()).pools().getFirst();
        Pool with = chosen(requests.maxDelayMillis(20).build()).pools().getFirst();
        assertThat(with.capacityPerReplica()).isEqualTo(without.capacityPerReplica());
        assertThat(with.operatingPoint().maxDelay()).contains(Duration.ofMillis(20));
        assertThat(without.operatingPoint().maxDelay()).isEmpty();
    }

    @Test
    void neverPlansABatchThatWasNotMeasured() {
        Pool pool = chosen(Requests.of()
                        .offer("some", "0.10", 4)
                        .profile("fp32", "some", Curves.millis(1.2, 1, 3, 4, 4))
                        .build())
                .pools()
                .getFirst();
        assertThat(pool.operatingPoint().maxBatchSize()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"CHEAPEST, t4", "MOST_CAPABLE, a100", "FIRST_AVAILABLE, cpu"})
    void followsTheHardwarePolicy(HardwarePolicy policy, String expected) {
        Pool pool = chosen(threeClasses().policy(policy).build()).pools().getFirst();
        assertThat(pool.acceleratorClass()).isEqualTo(expected);
    }

    @Test
    void bestFitUsesMostOfWhatIsPaidFor() {
        PlanRequest request =
                threeClasses().rate(240).policy(HardwarePolicy.BEST_FIT).build();
        Pool best = chosen(request).pools().getFirst();
        double used = 240 / (best.capacityPerReplica().orElseThrow() * best.replicas());
        assertThat(best.acceleratorClass()).isEqualTo("cpu");
        assertThat(used).isGreaterThan(0.7);
    }

    @Test
    void skipsAClassThatCannotBeHad() {
        Offer full = new Offer(
                "t4",
                "CPU",
                new BigDecimal("0.35"),
                Optional.empty(),
                Set.of(),
                1,
                1,
                Optional.of("the class is full"));
        PlanRequest request = Requests.of()
                .offer(full)
                .offer("a100", "3.50", 40)
                .profile("fp32", "t4", Curves.T4)
                .profile("fp32", "a100", Curves.A100)
                .build();
        Plan plan = chosen(request);
        assertThat(plan.pools().getFirst().acceleratorClass()).isEqualTo("a100");
        assertThat(plan.rejected()).contains(new Rejection("fp32 on t4", Constraint.AVAILABILITY, "the class is full"));
    }

    @Test
    void holdsMemoryAndPrecisionAgainstTheClass() {
        PlanRequest request = Requests.of()
                .variant("fp32", "fp32", 0.93, 20 << 10)
                .variant("fp16", "fp16", 0.93, 10 << 10)
                .offer("t4", "0.35", 16, "fp32", "int8")
                .offer("a100", "3.50", 40)
                .profile("fp32", "a100", Curves.A100)
                .build();
        assertThat(chosen(request).rejected())
                .contains(new Rejection("fp32 on t4", Constraint.MEMORY, "memory 20Gi > 16Gi"))
                .contains(new Rejection("fp16 on t4", Constraint.PRECISION, "precision fp16 (runs fp32, int8)"));
    }

    @Test
    void answersAtTheTargetAndKeepsTheFasterVariantResidentForBursts() {
        PlanRequest request = Requests.of()
                .variant("fp32", "fp32", 0.931, 400)
                .variant("int8", "int8", 0.928, 100)
                .variant("tiny", "int8", 0.80, 50)
                .quality(0.93, 0.92, 0.03)
                .offer("cpu", "0.10", 4)
                .profile("fp32", "cpu", Curves.T4)
                .profile("int8", "cpu", Curves.A100)
                .build();
        Plan plan = chosen(request);
        Pool pool = plan.pools().getFirst();
        assertThat(pool.operatingPoint().variant()).isEqualTo("fp32");
        assertThat(pool.variants()).containsExactly("fp32", "int8");
        assertThat(plan.rejected())
                .contains(new Rejection("int8 on cpu", Constraint.QUALITY, "accuracy 92.8% < target 93%"));
    }

    @Test
    void servesWithoutEvidenceOnTheFirstClassThatFits() {
        PlanRequest request = Requests.of()
                .variant("fp32", "fp32", 0.93, 20 << 10)
                .offer("t4", "0.35", 16)
                .offer("a100", "3.50", 40)
                .offer("h100", "7.00", 80)
                .replicas(2, 20)
                .build();
        Plan plan = chosen(request);
        Pool pool = plan.pools().getFirst();
        assertThat(pool.acceleratorClass()).isEqualTo("a100");
        assertThat(pool.replicas()).isEqualTo(2);
        assertThat(pool.evidence()).isEqualTo(Evidence.UNMEASURED);
        assertThat(pool.capacityPerReplica()).isEmpty();
        assertThat(pool.expectedP99()).isEmpty();
        assertThat(pool.reason()).isEqualTo("unmeasured: first class that fits, until a profile tells more");
        assertThat(plan.rejected())
                .contains(new Rejection("fp32 on h100", Constraint.UNMEASURED, "unmeasured; a profile would tell"));
    }

    @Test
    void prefersEvidenceAndTellsThePriceOfWhatIsUnmeasured() {
        PlanRequest request = Requests.of()
                .offer("a100", "3.50", 40)
                .offer("t4", "0.35", 16)
                .profile("fp32", "t4", Curves.T4)
                .build();
        Plan plan = chosen(request);
        assertThat(plan.pools().getFirst().acceleratorClass()).isEqualTo("t4");
        assertThat(plan.rejected())
                .contains(new Rejection("fp32 on a100", Constraint.UNMEASURED, "unmeasured; its price alone is 10x"));
    }

    @Test
    void sizesByAFixedTargetWithOrWithoutEvidence() {
        Pool measured = chosen(threeClasses().fixed(80).build()).pools().getFirst();
        assertThat(measured.evidence()).isEqualTo(Evidence.FIXED_TARGET);
        assertThat(measured.capacityPerReplica()).contains(80.0);
        Pool guessed = chosen(Requests.of().offer("cpu", "0.10", 4).fixed(80).build())
                .pools()
                .getFirst();
        assertThat(guessed.replicas()).isEqualTo(3);
        assertThat(guessed.evidence()).isEqualTo(Evidence.FIXED_TARGET);
        assertThat(guessed.reason())
                .isEqualTo("unmeasured: first class that fits at 200/s, with a fixed 80/s a replica");
    }

    @Test
    void plansToAShareOfSaturationWithoutAnObjective() {
        PlanRequest request = Requests.of()
                .withoutSlo()
                .offer("t4", "0.35", 16)
                .profile("fp32", "t4", Curves.T4)
                .build();
        Pool pool = chosen(request).pools().getFirst();
        assertThat(pool.capacityPerReplica().orElseThrow()).isCloseTo(0.8 * 32 / 0.017, within(1e-6));
        assertThat(pool.reason()).isEqualTo("cheapest that runs it at 200/s");
    }

    @Test
    void plansTheLeastReplicasWhileTheDemandIsUnknown() {
        Pool pool =
                chosen(threeClasses().rate(0).replicas(2, 9).build()).pools().getFirst();
        assertThat(pool.replicas()).isEqualTo(2);
        assertThat(pool.reason()).isEqualTo("cheapest that meets p99 50ms, demand not known yet");
    }

    @Test
    void remembersWhatItSolved() {
        PlanRequest request = threeClasses().p99Millis(47).build();
        Plan first = chosen(request);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < 200; i++) {
            assertThat(chosen(request)).isEqualTo(first);
        }
        // Unremembered, 200 plans of some 200 ms each.
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void equalRequestsGiveEqualPlans() {
        assertThat(chosen(threeClasses().build()))
                .isEqualTo(chosen(threeClasses().build()));
    }

    private static Requests threeClasses() {
        return Requests.of()
                .offer("cpu", "0.15", 4)
                .offer("t4", "0.35", 16)
                .offer("a100", "3.50", 40)
                .profile("fp32", "cpu", Curves.CPU)
                .profile("fp32", "t4", Curves.T4)
                .profile("fp32", "a100", Curves.A100);
    }

    private static Plan chosen(PlanRequest request) {
        return assertInstanceOf(Chosen.class, Planner.plan(request)).plan();
    }
}
