package dev.kilter.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {

    private static final long KIB = 1024;

    @TempDir
    private Path folder;

    private ProcessMemory reading(String status) throws IOException {
        return new ProcessMemory(Files.writeString(folder.resolve("status"), status), () -> 1000 * KIB, () -> 1 << 30);
    }

    @Test
    void whatIsNeitherAFilesNorTheJvmsIsNative() throws IOException {
        ProcessMemory memory = reading("""
                Name:	java
                VmHWM:	  261000 kB
                VmRSS:	  250000 kB
                RssAnon:	  201000 kB
                RssFile:	   49000 kB
                RssShmem:	       0 kB
                """);
        assertThat(memory.get()).contains(new MemoryReading(200_000 * KIB, 250_000 * KIB, 1 << 30));
    }

    @Test
    void aKernelThatDoesNotTellIsNoFailure() throws IOException {
        assertThat(reading("VmRSS:	  250000 kB\n").get()).isEmpty();
        Files.delete(folder.resolve("status"));
        assertThat(new ProcessMemory(folder.resolve("status"), () -> 0, () -> 0).get())
                .isEmpty();
    }

    @Test
    void memoryOfThisProcessIsSeenAsItIsTaken() {
        ProcessMemory memory = ProcessMemory.current();
        MemoryReading before = memory.get().orElseThrow();
        assertThat(before.limitBytes()).isGreaterThan(before.residentBytes());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment taken = arena.allocate(256 << 20).fill((byte) 1);
            MemoryReading now = memory.get().orElseThrow();
            assertThat(taken.byteSize()).isPositive();
            assertThat(now.nativeBytes() - before.nativeBytes()).isGreaterThan(128 << 20);
        }
    }
}
