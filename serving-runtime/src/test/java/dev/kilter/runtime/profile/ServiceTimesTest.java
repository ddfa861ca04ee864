package dev.kilter.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.protocol.Json;
import dev.kilter.protocol.ProfileReport;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ServiceTimesTest {

    private final AtomicLong clock = new AtomicLong();

    /** Takes 10 ms and 1 ms for each item, by the test's clock. */
    private final class Linear extends FakeModel {
        Linear(long first) {
            super(new Signature(vectors(first), vectors(first)));
        }

        private static List<TensorSpec> vectors(long first) {
            return List.of(new TensorSpec("x", DataType.FP32, Shape.of(first, 2)));
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            long items = inputs.getFirst().shape().dimensions().getFirst();
            clock.addAndGet(Duration.ofMillis(10 + items).toNanos());
            return inputs;
        }
    }

    @Test
    void measuresPowersOfTwoAndTheLargest() {
        assertThat(ServiceTimes.sizes(new Linear(-1), 12)).containsExactly(1, 2, 4, 8, 12);
        assertThat(ServiceTimes.sizes(new Linear(-1), 1)).containsExactly(1);
        assertThat(ServiceTimes.sizes(new Linear(4), 12)).containsExactly(1);
    }

    @Test
    void staysWithinItsBudgetAndSaysHowManySamplesItTook() throws Exception {
        List<RuntimeLoad.CurvePoint> points =
                ServiceTimes.measure(new Linear(-1), List.of(1, 2, 4, 8), Duration.ofSeconds(8), clock::get);
        assertThat(Duration.ofNanos(clock.get())).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
        assertThat(points).extracting(RuntimeLoad.CurvePoint::batchSize).containsExactly(1, 2, 4, 8);
        assertThat(points.get(3).meanMillis()).isEqualTo(18, Offset.offset(0.01));
        assertThat(points).allSatisfy(point -> assertThat(point.samples()).isGreaterThan(50));
    }

    @Test
    void leavesSizesOutOnceTheBudgetIsGone() throws Exception {
        List<RuntimeLoad.CurvePoint> points =
                ServiceTimes.measure(new Linear(-1), List.of(1, 2, 4, 8), Duration.ofMillis(150), clock::get);
        assertThat(points.getFirst().samples()).isGreaterThanOrEqualTo(5);
        assertThat(points).hasSizeLessThan(4);
    }

    @Test
    void theLargestReportFitsIntoATerminationMessage() {
        List<RuntimeLoad.CurvePoint> points = new ArrayList<>();
        for (int size = 1; size <= 1024; size *= 2) {
            points.add(new RuntimeLoad.CurvePoint(size, 1000.123456789012 / 3, 1000.123456789012 / 7, 1000));
        }
        ProfileReport report = new ProfileReport(
                "v".repeat(63), "sha256:" + "f".repeat(64), "TensorRT", points, Long.MAX_VALUE, 1000.123456789012 / 3);
        assertThat(Json.write(report).getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(4096);
    }

    @Test
    void readsThePeakFromTheKernelsStatus() {
        assertThat(PeakMemory.of("VmPeak:\t 999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t 1 kB\n"))
                .isEqualTo(2048 * 1024);
    }
}
