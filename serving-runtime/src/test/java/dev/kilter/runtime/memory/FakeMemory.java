package dev.kilter.runtime.memory;

import io.prometheus.client.CollectorRegistry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The memory of this process under a limit of the test's, and how often somebody looked at it. */
public final class FakeMemory implements Supplier<Optional<MemoryReading>> {

    private final ProcessMemory process;
    private final AtomicInteger looks = new AtomicInteger();

    /** @param above what is resident now, where the limit is, bytes */
    public FakeMemory(long above) {
        ProcessMemory real = ProcessMemory.current();
        long limit = real.get().map(MemoryReading::residentBytes).orElse(0L) + above;
        process = new ProcessMemory(Path.of("/proc/self/status"), real.javaBytes(), () -> limit);
    }

    public MemoryWatch watch(CollectorRegistry registry, LongSupplier clock) {
        return new MemoryWatch(this, new LeakDetector(LeakDetector.Bounds.DEFAULT), registry, clock);
    }

    @Override
    public Optional<MemoryReading> get() {
        Optional<MemoryReading> reading = process.get();
        looks.incrementAndGet();
        return reading;
    }

    public int looks() {
        return looks.get();
    }
}
