package dev.kilter.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pods of one namespace, each with a log and metrics, that answer when the test lets them. */
@Timeout(120)
class ClusterReportTest {

    /** Of that many of a namespace logs and metrics are read. */
    private static final int PODS = 30;

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final List<String> IN_ORDER = IntStream.range(0, PODS)
            .mapToObj("pod-%02d"::formatted)
            .flatMap(pod -> Stream.of("logs/" + pod + ".main.log", "metrics/" + pod + ".txt"))
            .toList();

    @TempDir
    Path folder;

    @Test
    void asManyAreReadAtOnceAsItMayAndNoMore() throws IOException {
        CountDownLatch full = new CountDownLatch(ClusterReport.AT_ONCE);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Written written = report(LONG, path -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            full.countDown();
            full.await();
            now.decrementAndGet();
            return path;
        });
        assertThat(written.pods()).containsExactlyElementsOf(IN_ORDER);
        assertThat(written.unreadOfPods()).isEmpty();
        assertThat(most).hasValue(ClusterReport.AT_ONCE);
    }

    @Test
    void whatComesLastStandsWhereItBelongs() throws IOException {
        CountDownLatch others = new CountDownLatch(2 * PODS - 1);
        Written written = report(LONG, path -> {
            if (path.equals("pod-00/log")) {
                others.await();
            }
            others.countDown();
            return path;
        });
        assertThat(written.pods()).containsExactlyElementsOf(IN_ORDER);
        assertThat(written.parts())
                .containsEntry("r/namespaces/team/logs/pod-00.main.log", "pod-00/log")
                .containsEntry("r/namespaces/team/metrics/pod-29.txt", "pod-29:8080/proxy/metrics");
    }

    @Test
    void whoDoesNotAnswerIsToldAndTheOthersCome() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        Written written = report(Duration.ofSeconds(3), path -> {
            if (path.startsWith("pod-07")) {
                never.await();
            }
            return path;
        });
        assertThat(written.pods())
                .containsExactlyElementsOf(IN_ORDER.stream()
                        .filter(path -> !path.contains("pod-07"))
                        .toList());
        assertThat(written.unreadOfPods())
                .containsExactly(
                        "log of team/pod-07 main: no answer in time", "metrics of team/pod-07: no answer in time");
    }

    /** A report: its texts in their order, and what it says that it lacks. */
    private record Written(Map<String, String> parts, List<String> unread) {

        List<String> pods() {
            return parts.keySet().stream()
                    .map(path -> path.replace("r/namespaces/team/", ""))
                    .filter(path -> path.startsWith("logs/") || path.startsWith("metrics/"))
                    .toList();
        }

        List<String> unreadOfPods() {
            assertThat(parts.get("r/not-read.txt").lines()).containsExactlyElementsOf(unread);
            return unread.stream().filter(line -> line.contains("team/pod-")).toList();
        }
    }

    private Written report(Duration patience, FakeCluster.PodAnswer answer) throws IOException {
        Path file = folder.resolve("r.tar.gz");
        try (FakeCluster cluster = new FakeCluster(PODS, patience, answer)) {
            List<String> unread = ReportFile.write(
                    file,
                    cluster.client(),
                    new ClusterReport.Scope(Optional.of("team"), "kilter-system", 10),
                    "kilter",
                    part -> {},
                    Instant.EPOCH);
            return new Written(Tarball.read(file), unread);
        }
    }
}
