package dev.kilter.runtime.memory;

import dev.kilter.protocol.RuntimeLoad;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the process's memory every {@link #INTERVAL} and tells of a leak: in the log, the metrics, the load report,
 * and to who can end the process in order. {@link #look} is called by one thread, the rest by any.
 */
public final class MemoryWatch {

    /** Between two readings, each of which takes about a millisecond. */
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    private final Supplier<Optional<MemoryReading>> memory;
    private final LeakDetector detector;
    private final LongSupplier clock;
    private long nextNanos;
    private boolean looked;
    private volatile Optional<MemoryReading> latest = Optional.empty();
    private volatile LeakVerdict verdict = new LeakVerdict.Steady();
    private volatile Optional<String> exhaustion = Optional.empty();

    /**
     * @param memory empty where it cannot be read; nothing is told then
     * @param clock nanoseconds, monotonic
     */
    MemoryWatch(
            Supplier<Optional<MemoryReading>> memory,
            LeakDetector detector,
            CollectorRegistry registry,
            LongSupplier clock) {
        this.memory = memory;
        this.detector = detector;
        this.clock = clock;
        registry.register(new Gauges());
    }

    /** The memory of this process. */
    public static MemoryWatch ofProcess(CollectorRegistry registry) {
        double earlier = ThreadLocalRandom.current().nextDouble();
        return new MemoryWatch(
                ProcessMemory.current(),
                new LeakDetector(LeakDetector.Bounds.earlier(earlier)),
                registry,
                System::nanoTime);
    }

    /**
     * Looks, if it is time to.
     *
     * @param requests run since the start, by model
     */
    public void look(Supplier<Map<String, Long>> requests) {
        long nowNanos = clock.getAsLong();
        if (exhaustion.isPresent() || (looked && nowNanos - nextNanos < 0)) {
            return;
        }
        looked = true;
        nextNanos = nowNanos + INTERVAL.toNanos();
        latest = memory.get();
        latest.ifPresent(reading -> tell(detector.look(nowNanos, requests.get(), reading), reading));
    }

    private void tell(LeakVerdict now, MemoryReading reading) {
        switch (now) {
            case LeakVerdict.Exhausting exhausting -> {
                String reason = sentence(exhausting.pace(), reading);
                LOG.error("{}; this process leaves before it is killed", reason);
                exhaustion = Optional.of(reason);
            }
            case LeakVerdict.Growing growing -> {
                if (verdict instanceof LeakVerdict.Steady) {
                    LOG.warn(sentence(growing.pace(), reading));
                }
            }
            case LeakVerdict.Steady _ -> {
                if (!(verdict instanceof LeakVerdict.Steady)) {
                    LOG.info("memory outside the Java heap does not grow any more");
                }
            }
        }
        verdict = now;
    }

    private static String sentence(Growth pace, MemoryReading reading) {
        long left = pace.nanosUntil(reading.limitBytes() - reading.residentBytes());
        return "memory outside the Java heap grows with the requests and is not given back: %s in %s, %s a request (%s); %s of %s are used, which is all of it in %s at this pace"
                .formatted(
                        bytes(pace.bytes()),
                        time(pace.nanos()),
                        bytes(pace.bytes() / pace.allRequests()),
                        models(pace.requests()),
                        bytes(reading.residentBytes()),
                        bytes(reading.limitBytes()),
                        time(left));
    }

    /** Who it is cannot be seen where several ran: all are named, with what each ran. */
    private static String models(Map<String, Long> requests) {
        return requests.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(ran -> "model " + ran.getKey() + ": " + ran.getValue())
                .reduce((all, next) -> all + ", " + next)
                .orElse("");
    }

    private static String bytes(long bytes) {
        return bytes >= 10L << 20 ? (bytes >> 20) + " MiB" : bytes >= 10 << 10 ? (bytes >> 10) + " KiB" : bytes + " B";
    }

    private static String time(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        return time.toMinutes() >= 10 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    /** Why the process should leave, a sentence: the limit is near and will be reached. Stays so; empty before. */
    public Optional<String> exhaustion() {
        return exhaustion;
    }

    /** For the load report; empty before the first look, and where the memory cannot be read. */
    public Optional<RuntimeLoad.Memory> report() {
        LeakVerdict now = verdict;
        return latest.map(reading -> new RuntimeLoad.Memory(
                reading.residentBytes(),
                reading.nativeBytes(),
                reading.limitBytes(),
                pace(now).map(pace -> sentence(pace, reading))));
    }

    private static Optional<Growth> pace(LeakVerdict verdict) {
        return switch (verdict) {
            case LeakVerdict.Steady _ -> Optional.empty();
            case LeakVerdict.Growing growing -> Optional.of(growing.pace());
            case LeakVerdict.Exhausting exhausting -> Optional.of(exhausting.pace());
        };
    }

    private final class Gauges extends Collector {
        @Override
        public List<MetricFamilySamples> collect() {
            Optional<MemoryReading> reading = latest;
            if (reading.isEmpty()) {
                return List.of();
            }
            MemoryReading now = reading.get();
            Optional<Growth> pace = pace(verdict);
            return List.of(
                    gauge("native_memory_bytes", "Resident beside the JVM's own and files.", (double)
                            now.nativeBytes()),
                    gauge("memory_limit_bytes", "Of the container, or what the machine has.", (double)
                            now.limitBytes()),
                    gauge("memory_leak", "1 while native memory grows with the requests.", pace.isPresent() ? 1 : 0),
                    gauge(
                            "memory_leak_bytes_per_request",
                            "How much stays of a request; 0 while nothing leaks.",
                            pace.map(growth -> (double) growth.bytes() / growth.allRequests())
                                    .orElse(0.0)));
        }

        private static GaugeMetricFamily gauge(String name, String help, double value) {
            return new GaugeMetricFamily("kilter_runtime_" + name, help, value);
        }
    }
}
