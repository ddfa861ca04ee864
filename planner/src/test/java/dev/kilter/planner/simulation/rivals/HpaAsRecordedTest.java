package dev.kilter.planner.simulation.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.History;
import dev.kilter.planner.simulation.control.Metrics;
import dev.kilter.planner.simulation.control.PodSeen;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The rivals decide as Kubernetes' own HorizontalPodAutoscaler did when it saw the same, sync by sync, each with the
 * memory of all syncs before. {@code src/test/resources/hpa/README.md} tells how it was recorded.
 */
class HpaAsRecordedTest {
    private static final Bounds BOUNDS = new Bounds(1, 30);
    private static final long SECOND = 1_000_000_000L;

    @Test
    void onUtilization() throws IOException {
        assertDecidesAsRecorded(
                new Hpa(Hpa.Metric.UTILIZATION, 0.7, BOUNDS), "utilization", Counter.BUSY_NANOS, SECOND, 15);
    }

    @Test
    void onWhatPodsTell() throws IOException {
        assertDecidesAsRecorded(
                new Hpa(Hpa.Metric.CONCURRENCY, 5, BOUNDS), "concurrency", Counter.IN_FLIGHT_NANOS, SECOND, 60);
    }

    @Test
    void withoutABehavior() throws IOException {
        assertDecidesAsRecorded(
                new Hpa(Hpa.Metric.CONCURRENCY, 5, BOUNDS, HpaBehavior.leftOut()),
                "concurrency-without-behavior",
                Counter.IN_FLIGHT_NANOS,
                SECOND,
                60);
    }

    @Test
    void onATotalAsKedaHasIt() throws IOException {
        assertDecidesAsRecorded(new Keda(10, 0, BOUNDS), "total-without-behavior", Counter.OFFERED, 1, 60);
    }

    private static void assertDecidesAsRecorded(
            Controller rival, String recording, Counter counter, long unit, int window) throws IOException {
        int current = -1;
        List<String> rows = rows(recording);
        assertThat(rows).hasSizeGreaterThan(30);
        for (String row : rows) {
            String[] cells = row.split(",", -1);
            long now = Math.round(Double.parseDouble(cells[0]) * SECOND);
            current = current < 0 ? Integer.parseInt(cells[1]) : current;
            assertThat(current)
                    .as("%s at %s s: what there is", recording, cells[0])
                    .hasToString(cells[1]);
            History gateway = history(
                    now, cells[3].equals("-") ? Double.NaN : Double.parseDouble(cells[3]), counter, unit, window);
            List<PodSeen> pods = Arrays.stream(cells[4].split(";"))
                    .filter(pod -> !pod.isEmpty())
                    .map(pod -> pod(pod.split(" "), now, counter, unit, window))
                    .toList();
            OperatingPoint point = new OperatingPoint("fp32", 1, Optional.empty());
            Seen seen =
                    new Seen(now, new Metrics(gateway, now), List.of(new PoolSeen(recording, current, point, pods)));
            current = rival.decide(seen).getFirst().replicas();
            assertThat(current)
                    .as("%s at %s s: what is asked for", recording, cells[0])
                    .hasToString(cells[2]);
        }
    }

    /** {@code id phase started ready sampled value}, times in seconds. */
    private static PodSeen pod(String[] told, long now, Counter counter, long unit, int window) {
        PodSeen.Phase phase = PodSeen.Phase.valueOf(told[1]);
        long sampled = Long.parseLong(told[4]) * SECOND;
        double value = told[5].equals("-") ? Double.NaN : Double.parseDouble(told[5]);
        History history = history(sampled, value, counter, unit, window);
        return new PodSeen(
                Integer.parseInt(told[0]),
                phase,
                0,
                Long.parseLong(told[2]) * SECOND,
                Long.parseLong(told[3]) * SECOND,
                new Metrics(history, now));
    }

    /** Two samples that tell that rate; none for not a number. */
    private static History history(long until, double rate, Counter counter, long unit, int window) {
        History history = new History(2);
        if (!Double.isNaN(rate)) {
            long[] counters = new long[Counter.COUNT];
            history.add(until - window * SECOND, counters);
            counters[counter.index()] = Math.round(rate * window * unit);
            history.add(until, counters);
        }
        return history;
    }

    private static List<String> rows(String recording) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                HpaAsRecordedTest.class.getResourceAsStream("/hpa/" + recording + ".csv"), recording)) {
            List<String> lines = new ArrayList<>(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            assertThat(lines.removeFirst()).isEqualTo("second,current,desired,total,pods");
            return lines;
        }
    }
}
