package dev.kilter.autoscaler.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.autoscaler.Gpu;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.core.scaling.GpuLoads;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class GpuMeterTest {

    @Test
    void takesTheHighestOfAllGpusOfAllPods() {
        GpuLoads loads = GpuMeter.of(List.of(
                pod("p1", 2, gpu("GPU 0 of a", 0.4, 0.9), gpu("GPU 1 of a", 0.8, 0.1)),
                pod("p2", 1, gpu("GPU 0 of b", 0.6, 0.2))));
        assertThat(loads.watched()).isTrue();
        assertThat(loads.pods()).isEqualTo(2);
        assertThat(loads.utilization().highest()).hasValue(0.8);
        assertThat(loads.memory().highest()).hasValue(0.9);
        assertThat(loads.utilization().missing()).isEmpty();
        assertThat(loads.utilization().pods()).isEqualTo(2);
    }

    @Test
    void aPodThatNobodyTellsOfIsMissingAndTheOthersStand() {
        GpuLoads loads = GpuMeter.of(List.of(
                pod("p1", 1, gpu("GPU 0 of a", 0.4, 0.9)),
                new LoadSnapshot.Gpus("ns", "pool", "p2", 1, new Reading.Missing<>("no exporter"))));
        assertThat(loads.utilization().highest()).hasValue(0.4);
        assertThat(loads.utilization().pods()).isEqualTo(1);
        assertThat(loads.utilization().missing()).contains("no exporter");
    }

    @Test
    void aFigureThatIsMissingIsNamedWithItsGpu() {
        Gpu half = new Gpu("GPU 0 of a", new Reading.Missing<>("it is NaN"), new Reading.Report<>(0.5), List.of());
        GpuLoads loads = GpuMeter.of(List.of(pod("p1", 1, half)));
        assertThat(loads.utilization())
                .isEqualTo(new GpuLoads.Figure(OptionalDouble.empty(), 0, Optional.of("GPU 0 of a: it is NaN")));
        assertThat(loads.memory().missing()).isEmpty();
    }

    @Test
    void fewerGpusThanThePodHoldsAreNotAllOfThem() {
        GpuLoads loads = GpuMeter.of(List.of(pod("p1", 2, gpu("GPU 0 of a", 0.4, 0.9))));
        assertThat(loads.utilization().highest()).hasValue(0.4);
        assertThat(loads.utilization().missing()).contains("1 of 2 GPUs of pod p1 are told of");
    }

    @Test
    void faultsNameGpuAndPod() {
        Gpu broken = new Gpu("GPU 0 of a", new Reading.Report<>(0.0), new Reading.Report<>(0.0), List.of("XID 79"));
        assertThat(GpuMeter.of(List.of(pod("p1", 1, broken))).faults()).containsExactly("GPU 0 of a, pod p1: XID 79");
    }

    @Test
    void aPoolWithoutGpusLacksNothing() {
        GpuLoads loads = GpuMeter.of(List.of());
        assertThat(loads.pods()).isZero();
        assertThat(loads.utilization()).isEqualTo(GpuLoads.Figure.NONE);
    }

    private static LoadSnapshot.Gpus pod(String name, int held, Gpu... gpus) {
        return new LoadSnapshot.Gpus("ns", "pool", name, held, new Reading.Report<>(List.of(gpus)));
    }

    private static Gpu gpu(String name, double utilization, double memory) {
        return new Gpu(name, new Reading.Report<>(utilization), new Reading.Report<>(memory), List.of());
    }
}
