package dev.kilter.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.cli.UserError;
import dev.kilter.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StateFolderTest {

    @TempDir
    Path home;

    @Test
    void aSecondRunOfTheSameNameIsToldWhoHoldsIt() {
        try (StateFolder first = StateFolder.take(home, "intent", "a")) {
            first.listening(8123);
            assertThatThrownBy(() -> StateFolder.take(home, "intent", "b"))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("intent already runs")
                    .hasMessageContaining("http://127.0.0.1:8123")
                    .hasMessageContaining("kill " + ProcessHandle.current().pid());
            StateFolder.take(home, "another", "c").close();
        }
        StateFolder.take(home, "intent", "d").close();
    }

    @Test
    void whatAKilledRunLeftIsEnded() throws Exception {
        Process orphan = sleep("-Dkilter.pod=killed/intent-1");
        leaveBehind("killed", orphan.toHandle());

        try (StateFolder next = StateFolder.take(home, "intent", "next")) {
            assertThat(next.endOrphans()).isEqualTo(1);
        }
        assertThat(orphan.waitFor()).isNotZero();
    }

    @Test
    void aProcessThatIsNotProvablyOursIsLeftAlone() throws Exception {
        Process stranger = sleep("something-else");
        try {
            leaveBehind("killed", stranger.toHandle());
            try (StateFolder next = StateFolder.take(home, "intent", "next")) {
                assertThat(next.endOrphans()).isZero();
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void anUnreadableRecordIsNoObstacle() throws IOException {
        Files.createDirectories(home.resolve("intent"));
        Files.writeString(home.resolve("intent/run.json"), "{\"run\":");
        try (StateFolder state = StateFolder.take(home, "intent", "a")) {
            assertThat(state.endOrphans()).isZero();
        }
    }

    private void leaveBehind(String run, ProcessHandle child) throws IOException {
        long startedAt = child.info().startInstant().orElseThrow().toEpochMilli();
        RunRecord record =
                new RunRecord(run, 1, 8080, List.of(new RunRecord.Child("intent-1", child.pid(), startedAt)));
        Files.createDirectories(home.resolve("intent"));
        Files.writeString(home.resolve("intent/run.json"), Json.write(record));
    }

    private static Process sleep(String marker) throws IOException {
        // The trailing no-op keeps the shell, and with it the marker, from being replaced by sleep.
        return new ProcessBuilder("/bin/sh", "-c", "sleep 60; :", marker).start();
    }
}
