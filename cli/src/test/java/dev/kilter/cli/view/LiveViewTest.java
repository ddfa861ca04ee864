package dev.kilter.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.cli.view.Snapshot.BatchShare;
import dev.kilter.cli.view.Snapshot.Decision;
import dev.kilter.cli.view.Snapshot.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveViewTest {

    @Test
    void thePictureFitsTheSmallestTerminalAndSaysItAll() {
        assertThat(LiveView.render(snapshot(), 80, 24, false)).isEqualTo("""
                kilter demo · sentence-embedder                                      0:17 / 0:30
                text-embedding, int8 on local-cpu, measured
                2 cores, shared by load, gateway and replicas

                Offered      142.3/s  ▁▂▄▅▇█                            one replica carries 95/s
                Latency    p50 8.1 ms   p99 41 ms   SLO p99 50 ms, kept   99.81% within
                Answered   2,345   refused 3   failed 0   in flight 4   sent late 2

                Replicas   1 ready of 2 wanted (1..2)
                           sentence-embedder-1a2b3c4d-1       ready      95.0/s  batch 2.1
                           sentence-embedder-1a2b3c4d-2       starting    0.0/s  restarts 1
                Batches    1 ██████ 61%  2 ███ 28%  3-4 █ 11%

                 0:00  planner    int8 on local-cpu: unmeasured, the first class that fits
                 0:09  autoscaler 1 → 2: 142/s offered needs 1.6 replicas of 95/s at 90% of
                                  capacity

                http://127.0.0.1:8080   Ctrl-C drains and ends""");
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "40, 12", "20, 5", "200, 60", "80, 14"})
    void noLineIsWiderAndNoPictureHigherThanTheTerminal(int width, int height) {
        List<String> lines =
                LiveView.render(busy(), width, height, false).lines().toList();
        assertThat(lines).hasSizeLessThanOrEqualTo(height).allMatch(line -> line.length() <= width);
    }

    @Test
    void theNewestDecisionsStayWhenThereIsNoRoomForAll() {
        String picture = LiveView.render(busy(), 80, 24, false);
        assertThat(picture).contains("decision 29").doesNotContain("decision 1 ");
    }

    @Test
    void coloursAddNothingButEscapes() {
        String plain = LiveView.render(snapshot(), 80, 24, false);
        String coloured = LiveView.render(snapshot(), 80, 24, true);
        assertThat(coloured).contains("\033[32m");
        assertThat(coloured.replaceAll("\033\\[[0-9]*m", "").replaceAll(" +\n", "\n"))
                .isEqualTo(plain);
    }

    @Test
    void aBrokenObjectiveIsNamed() {
        Snapshot.Traffic traffic =
                new Snapshot.Traffic(10, List.of(), OptionalDouble.empty(), 20, 80.4, 50, 0.5, 10, 0, 0, 0, 0);
        assertThat(LiveView.render(with(traffic), 80, 24, false))
                .contains("p99 80 ms   SLO p99 50 ms, broken")
                .contains("capacity unmeasured");
    }

    @Test
    void theSparklineShowsTheLastValuesThatFit() {
        assertThat(LiveView.sparkline(List.of(9.0, 0.0, 5.0, 10.0), 3)).isEqualTo("▁▅█");
        assertThat(LiveView.sparkline(List.of(1.0), 3)).isEqualTo("█  ");
        assertThat(LiveView.sparkline(List.of(0.0, 0.0), 2)).isEqualTo("▁▁");
    }

    @Test
    void aPipeGetsOneLine() {
        assertThat(PlainLine.render(snapshot()))
                .isEqualTo("0:17  offered 142.3/s  p50 8.1 ms  p99 41 ms (SLO 50 ms)  replicas 1/2"
                        + "  answered 2345  refused 3  failed 0");
    }

    private static Snapshot snapshot() {
        return with(new Snapshot.Traffic(
                142.3,
                List.of(10.0, 30.0, 60.0, 90.0, 120.0, 142.0),
                OptionalDouble.of(95),
                8.1,
                41.2,
                50,
                0.9981,
                2345,
                3,
                0,
                4,
                2));
    }

    private static Snapshot with(Snapshot.Traffic traffic) {
        return new Snapshot(
                "kilter demo · sentence-embedder",
                Duration.ofSeconds(17),
                Optional.of(Duration.ofSeconds(30)),
                "text-embedding, int8 on local-cpu, measured",
                "2 cores, shared by load, gateway and replicas",
                traffic,
                new Snapshot.Replicas(
                        1,
                        2,
                        1,
                        2,
                        List.of(
                                new Pod("sentence-embedder-1a2b3c4d-1", "ready", 40001, 0, 95, 2.1),
                                new Pod("sentence-embedder-1a2b3c4d-2", "starting", 40002, 1, 0, 0))),
                List.of(new BatchShare("1", 0.61), new BatchShare("2", 0.28), new BatchShare("3-4", 0.11)),
                List.of(
                        new Decision(
                                Duration.ZERO, "planner", "int8 on local-cpu: unmeasured, the first class that fits"),
                        new Decision(
                                Duration.ofSeconds(9),
                                "autoscaler",
                                "1 → 2: 142/s offered needs 1.6 replicas of 95/s at 90% of capacity")),
                "http://127.0.0.1:8080   Ctrl-C drains and ends");
    }

    private static Snapshot busy() {
        Snapshot calm = snapshot();
        return new Snapshot(
                calm.title(),
                calm.elapsed(),
                calm.total(),
                calm.serving(),
                calm.machine(),
                calm.traffic(),
                new Snapshot.Replicas(
                        12,
                        12,
                        1,
                        12,
                        IntStream.range(0, 12)
                                .mapToObj(i -> new Pod("pod-" + i, "ready", 4000 + i, 0, 1, 1))
                                .toList()),
                calm.batches(),
                IntStream.range(0, 30)
                        .mapToObj(i -> new Decision(Duration.ofSeconds(i), "planner", "decision " + i + " was taken"))
                        .toList(),
                calm.footer());
    }
}
