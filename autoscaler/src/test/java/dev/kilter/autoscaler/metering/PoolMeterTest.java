package dev.kilter.autoscaler.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.core.scaling.GpuLoads;
import dev.kilter.core.scaling.PodLoads;
import dev.kilter.protocol.RuntimeLoad;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolMeterTest {

    private final PoolMeter meter = new PoolMeter("intent");

    @Test
    void tellsHowBusyThePodsAreForEachEngineInstance() {
        PodLoads loads = PodLoads.NONE;
        for (int s = 0; s <= 10; s += 2) {
            loads = meter.observe(
                    List.of(pod("p1", s, 100L * s, 1.5 * s), pod("p2", s, 50L * s, 0.5 * s)), 2, GpuLoads.UNWATCHED);
        }
        assertThat(loads.busyFraction().orElseThrow()).isEqualTo(0.5, within(1e-6));
        assertThat(loads.answeredPerSecond().orElseThrow()).isEqualTo(75, within(1e-6));
        assertThat(loads.partial()).isFalse();
    }

    @Test
    void saysNothingOfAFewSeconds() {
        meter.observe(List.of(pod("p1", 0, 0, 0)), 1, GpuLoads.UNWATCHED);
        assertThat(meter.observe(List.of(pod("p1", 2, 100, 1)), 1, GpuLoads.UNWATCHED)
                        .busyFraction())
                .isEmpty();
    }

    @Test
    void aPodThatDoesNotAnswerMakesTheViewPartial() {
        PodLoads loads = meter.observe(
                List.of(
                        pod("p1", 0, 0, 0),
                        new LoadSnapshot.Pod("ns", "pool", "p2", "", new Reading.Missing<>("gone"))),
                1,
                GpuLoads.UNWATCHED);
        assertThat(loads.expected()).isEqualTo(2);
        assertThat(loads.reporting()).isEqualTo(1);
    }

    @Test
    void aReportThatMakesNoSenseIsNone() {
        assertThat(meter.observe(List.of(pod("p1", 0, 0, Double.NaN)), 1, GpuLoads.UNWATCHED)
                        .partial())
                .isTrue();
        assertThat(meter.observe(List.of(pod("p1", 2, -1, 0)), 1, GpuLoads.UNWATCHED)
                        .partial())
                .isTrue();
    }

    @Test
    void aRestartedPodBeginsAnew() {
        for (int s = 0; s <= 10; s += 2) {
            meter.observe(List.of(pod("p1", s, 100L * s, 0.9 * s)), 1, GpuLoads.UNWATCHED);
        }
        assertThat(meter.observe(List.of(pod("p1", 12, 3, 0.1)), 1, GpuLoads.UNWATCHED)
                        .busyFraction())
                .isEmpty();
    }

    @Test
    void takesTheLearntCurve() {
        PodLoads loads = meter.observe(List.of(pod("p1", 0, 0, 0)), 1, GpuLoads.UNWATCHED);
        assertThat(loads.learntCurve().orElseThrow().points()).hasSize(2);
    }

    private static LoadSnapshot.Pod pod(String name, int second, long answered, double busySeconds) {
        RuntimeLoad.Model model = new RuntimeLoad.Model(
                "intent",
                "fp32",
                "sha256:0",
                new RuntimeLoad.OperatingPointState(0, "fp32", 32, 0, Optional.empty()),
                0,
                0,
                answered,
                answered,
                0,
                0,
                0,
                answered,
                answered,
                busySeconds,
                List.of(
                        new RuntimeLoad.CurvePoint(8, 20, 25, 60),
                        new RuntimeLoad.CurvePoint(1, 8, 9, 60),
                        new RuntimeLoad.CurvePoint(16, Double.NaN, 9, 60)));
        RuntimeLoad load =
                new RuntimeLoad(1, 1_000_000 + second * 1000L, true, false, true, Optional.empty(), List.of(model));
        return new LoadSnapshot.Pod("ns", "pool", name, "127.0.0.1:1", new Reading.Report<>(load));
    }
}
