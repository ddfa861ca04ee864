package dev.kilter.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalPoolTest {

    @TempDir
    Path logs;

    private final PodFixture fixture = new PodFixture();
    private LocalPool pool;

    @AfterEach
    void leaveNoProcess() {
        pool.stop().orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(fixture.processes).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aPodIsReadyOnlyWhenItsProbeSaysSo() throws Exception {
        pool = fixture.pool(logs, "700");
        pool.scale(1);

        PodFixture.until(() -> pool.ready() == 1);
        LocalPod pod = pool.pods().getFirst();
        assertThat(Files.readString(pod.log())).contains("ready hello");
        assertThat(pod.port()).isPositive();

        int before = pod.restarts();
        PodFixture.ask(pod, "/unready");
        PodFixture.until(() -> pod.phase() == LocalPod.Phase.UNREADY);
        assertThat(pod.restarts()).isEqualTo(before);
    }

    @Test
    void aCrashedPodIsStartedAgainAndSaysWhy() throws Exception {
        pool = fixture.pool(logs, "0");
        pool.scale(1);
        PodFixture.until(() -> pool.ready() == 1);
        LocalPod pod = pool.pods().getFirst();

        int before = pod.restarts(); // one, where another took its port before it did

        PodFixture.ask(pod, "/crash");

        PodFixture.until(() -> pod.restarts() == before + 1 && pool.ready() == 1);
        assertThat(fixture.events).anyMatch(said -> said.startsWith("fake-1: exited with 7; starts again in 1 s, see"));
        assertThat(fixture.events).containsSubsequence("fake-1 READY", "fake-1 BACK_OFF", "fake-1 STARTING");
    }

    @Test
    void anIllPodIsEndedAndStartedAgain() throws Exception {
        pool = fixture.pool(logs, "0");
        pool.scale(1);
        PodFixture.until(() -> pool.ready() == 1);
        LocalPod pod = pool.pods().getFirst();

        int before = pod.restarts();

        PodFixture.ask(pod, "/ill");

        PodFixture.until(() -> pod.restarts() == before + 1 && pool.ready() == 1);
        assertThat(fixture.events).anyMatch(said -> said.contains("its liveness probe failed"));
        assertThat(Files.readString(pod.log())).contains("drained");
    }

    @Test
    void scalingDownEndsTheNewestAndLetsItDrain() throws Exception {
        pool = fixture.pool(logs, "0");
        pool.scale(2);
        PodFixture.until(() -> pool.ready() == 2);
        LocalPod newest = pool.pods().getLast();

        pool.scale(1);

        PodFixture.until(() -> newest.phase() == LocalPod.Phase.GONE);
        assertThat(Files.readString(newest.log())).contains("drained");
        assertThat(pool.pods()).extracting(LocalPod::name).containsExactly("fake-1");
        assertThat(fixture.events).containsSubsequence("fake-2 READY", "fake-2 DRAINING", "fake-2 GONE");
    }

    @Test
    void aSecondScaleToTheSameCountStartsNothing() throws Exception {
        pool = fixture.pool(logs, "0");
        pool.scale(1);
        pool.scale(1);
        PodFixture.until(() -> pool.ready() == 1);
        assertThat(pool.pods()).hasSize(1);
        assertThat(fixture.events).noneMatch(event -> event.startsWith("fake-2"));
    }
}
