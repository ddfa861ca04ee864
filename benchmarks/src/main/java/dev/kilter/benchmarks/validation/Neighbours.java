package dev.kilter.benchmarks.validation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.stream.Stream;

/** How busy others keep the machine meanwhile, the host that takes its time away among them. Linux alone tells. */
final class Neighbours {
    private static final Path STAT = Path.of("/proc/stat");

    /** Of all cores, in the kernel's ticks; of this process and those it started, in seconds. */
    private record Usage(long busyTicks, long allTicks, double ownSeconds) {}

    private final Optional<Usage> before = now();

    /** The fraction of the machine's processor time that others have had since this was made; 0 where nobody tells. */
    double share() {
        Optional<Usage> after = now();
        if (before.isEmpty() || after.isEmpty()) {
            return 0;
        }
        double ticks = Math.max(1, after.get().allTicks() - before.get().allTicks());
        double busy = (after.get().busyTicks() - before.get().busyTicks()) / ticks;
        // USER_HZ is 100 on all that Java runs on; processes that have ended meanwhile count as others.
        double own = (after.get().ownSeconds() - before.get().ownSeconds()) * 100 / ticks;
        return Math.max(0, busy - own);
    }

    private static Optional<Usage> now() {
        try (Stream<String> lines = Files.lines(STAT)) {
            StringTokenizer cpu = new StringTokenizer(lines.findFirst().orElse(""));
            cpu.nextToken();
            long all = 0;
            long idle = 0;
            for (int field = 0; field < 8; field++) { // user nice system idle iowait irq softirq steal
                long ticks = Long.parseLong(cpu.nextToken());
                all += ticks;
                idle += field == 3 || field == 4 ? ticks : 0;
            }
            return Optional.of(new Usage(all - idle, all, ownSeconds()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Processor time that this process and those it started have used so far, seconds. */
    static double ownSeconds() {
        ProcessHandle self = ProcessHandle.current();
        return Stream.concat(Stream.of(self), self.descendants())
                        .mapToDouble(process -> process.info()
                                .totalCpuDuration()
                                .map(Duration::toNanos)
                                .orElse(0L))
                        .sum()
                / 1e9;
    }
}
