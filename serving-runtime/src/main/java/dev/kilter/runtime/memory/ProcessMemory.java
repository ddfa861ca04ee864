package dev.kilter.runtime.memory;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reads what the kernel and the JVM tell of this process.
 *
 * @param status {@code /proc/self/status}
 * @param javaBytes resident of the JVM's own pools
 * @param limitBytes of the container, or what the machine has
 */
record ProcessMemory(Path status, LongSupplier javaBytes, LongSupplier limitBytes)
        implements Supplier<Optional<MemoryReading>> {

    /** Of this process; the JVM knows a container's limit by itself. */
    static ProcessMemory current() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new ProcessMemory(
                Path.of("/proc/self/status"), ProcessMemory::touchedByJava, system::getTotalMemorySize);
    }

    /** Empty where the kernel does not tell. */
    @Override
    public Optional<MemoryReading> get() {
        String text;
        try {
            text = Files.readString(status);
        } catch (IOException e) {
            return Optional.empty();
        }
        OptionalLong resident = line(text, "VmRSS:");
        OptionalLong ofNoFile = line(text, "RssAnon:");
        return resident.isEmpty() || ofNoFile.isEmpty()
                ? Optional.empty()
                : Optional.of(new MemoryReading(
                        Math.max(0, ofNoFile.getAsLong() - javaBytes.getAsLong()),
                        resident.getAsLong(),
                        limitBytes.getAsLong()));
    }

    private static OptionalLong line(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D", ""))
                .filter(kilobytes -> !kilobytes.isEmpty())
                .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
                .findFirst();
    }

    /** A page becomes resident when it is first used: what was never used of a committed heap is not there yet. */
    private static long touchedByJava() {
        long bytes = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            bytes +=
                    Math.min(pool.getUsage().getCommitted(), pool.getPeakUsage().getUsed());
        }
        return bytes;
    }
}
