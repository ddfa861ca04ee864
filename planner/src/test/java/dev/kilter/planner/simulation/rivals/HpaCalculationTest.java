package dev.kilter.planner.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the documentation, and cases of the controller's own tests (replica_calculator_test.go). */
class HpaCalculationTest {

    /** "If the current metric value is 200m and the desired value is 100m, the number of replicas will be doubled." */
    @ParameterizedTest
    @CsvSource({"4, 200, 100, 8", "4, 50, 100, 2", "4, 109, 100, 4", "4, 91, 100, 4", "4, 111, 100, 5", "4, 89, 100, 4"
    })
    void theCurrentCountIsMultipliedByTheRatioOutsideTheTolerance(int pods, double value, double target, int wanted) {
        assertThat(plain(target).replicas(pods, ready(pods, value))).hasValue(wanted);
    }

    /** TestReplicaCalcScaleUp, ScaleDown, Tolerance: shares of the requested resource. */
    @ParameterizedTest
    @CsvSource({
        "0.3, '0.3 0.5 0.7', 5",
        "0.5, '0.1 0.3 0.5 0.25 0.25', 3",
        "1, '1.01 1.03 1.02', 3",
        "0.3, '0.4 0.5 0.7', 6"
    })
    void utilisationIsAMeanOfPods(double target, String values, int wanted) {
        List<HpaCalculation.Pod> pods = pods(values);
        assertThat(utilization(target).replicas(pods.size(), pods)).hasValue(wanted);
    }

    /** TestReplicaCalcScaleUpUnreadyLessScale: 4, where three ready ones would ask for 5. */
    @Test
    void podsThatAreNotReadyDampenScalingUp() {
        assertThat(utilization(0.3).replicas(3, pods("unready 0.5 0.7"))).hasValue(4);
        assertThat(utilization(0.3).replicas(3, pods("0.5 0.5 0.7"))).hasValue(6);
    }

    /** TestReplicaCalcScaleUpUnreadyNoScale: counted as 0 they would turn the direction. */
    @Test
    void podsThatAreNotReadyTurnNoDirection() {
        assertThat(utilization(0.3).replicas(3, pods("0.4 unready unready"))).hasValue(3);
    }

    /** TestReplicaCalcScaleDownExcludeUnreadyPods: 2 of 5. */
    @Test
    void podsThatAreNotReadyAreLeftOutWhenScalingDown() {
        assertThat(utilization(0.5).replicas(5, pods("0.1 0.3 0.5 unready unready")))
                .hasValue(2);
    }

    /** TestReplicaCalcMissingMetricsNoChangeEq, NoChangeGt, NoChangeLt, UnreadyChange; then two of our own. */
    @ParameterizedTest
    @CsvSource({
        "1, 2, '1 missing', 2", "1, 2, '1.9 missing', 2", "1, 2, '0.6 missing', 2",
        "0.5, 3, 'unready 0.45 missing', 3", "1, 2, '4.5 missing', 5",
                "0.5, 8, '0.1 0.1 0.1 0.1 0.1 0.1 0.1 missing', 4"
    })
    void podsWithoutMetricsCountAsIdleUpwardsAndAsFullDownwards(double target, int current, String values, int wanted) {
        assertThat(utilization(target).replicas(current, pods(values))).hasValue(wanted);
    }

    @Test
    void withoutAnyMetricNothingIsAskedFor() {
        assertThat(plain(10).replicas(3, pods("missing missing unready"))).isEmpty();
    }

    /** TestReplicaCalcScaleUpPerPodCMExternal and ScaleDownPerPodCMExternal. */
    @ParameterizedTest
    @CsvSource({"8600, 2150, 3, 4", "8600, 2867, 5, 3", "8600, 2867, 3, 3", "100, 100, 1, 1", "0, 100, 4, 0"})
    void aTotalIsDividedByTheTarget(double total, double target, int pods, int wanted) {
        assertThat(plain(target).ofTotal(total, pods)).isEqualTo(wanted);
    }

    @Test
    void aTargetOfNothingIsRefused() {
        assertThatThrownBy(() -> plain(0)).hasMessage("target: 0.0 (expected: > 0)");
    }

    private static HpaCalculation plain(double target) {
        return new HpaCalculation(target, target, HpaCalculation.MILLI);
    }

    private static HpaCalculation utilization(double target) {
        return new HpaCalculation(target, Math.max(1, target), HpaCalculation.PERCENT);
    }

    private static List<HpaCalculation.Pod> ready(int pods, double value) {
        return Stream.generate(() -> new HpaCalculation.Pod(HpaCalculation.Known.READY, value))
                .limit(pods)
                .toList();
    }

    private static List<HpaCalculation.Pod> pods(String values) {
        return Arrays.stream(values.split(" "))
                .map(value -> switch (value) {
                    case "unready" -> new HpaCalculation.Pod(HpaCalculation.Known.UNREADY, 0);
                    case "missing" -> new HpaCalculation.Pod(HpaCalculation.Known.MISSING, 0);
                    default -> new HpaCalculation.Pod(HpaCalculation.Known.READY, Double.parseDouble(value));
                })
                .toList();
    }
}
