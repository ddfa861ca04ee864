package dev.kilter.runtime.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process ever had resident. */
final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private PeakMemory() {}

    /** Bytes; where the kernel does not tell, the heap's size alone. */
    static long bytes() {
        try {
            return of(Files.readString(STATUS));
        } catch (IOException e) {
            return Runtime.getRuntime().totalMemory();
        }
    }

    /** From the text of {@code /proc/self/status}. */
    static long of(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
                .findFirst()
                .orElseGet(() -> Runtime.getRuntime().totalMemory());
    }
}
