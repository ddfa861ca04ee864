package dev.kilter.runtime.memory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides from readings of the process's memory whether something leaks, and whether it is time to leave. A fast leak
 * shows in short windows, a slow one only in long ones, so three lengths are watched. For one thread; time is passed
 * in.
 */
final class LeakDetector {

    /**
     * What is called a leak, and what is called near.
     *
     * @param leastGrowth that much of the limit; whatever grows less is left alone
     * @param fullAt that much of the limit is near whatever the pace
     * @param notice a limit that is reached sooner at this pace is near
     */
    record Bounds(double leastGrowth, double fullAt, Duration notice) {
        Bounds {
            share("leastGrowth", leastGrowth);
            share("fullAt", fullAt);
            if (notice.isNegative()) {
                throw new IllegalArgumentException("notice: " + notice + " (expected: >= PT0S)");
            }
        }

        private static void share(String field, double value) {
            if (!(value > 0 && value <= 1)) { // NaN too
                throw new IllegalArgumentException(field + ": " + value + " (expected: above 0, at most 1)");
            }
        }

        static final Bounds DEFAULT = new Bounds(0.02, 0.9, Duration.ofMinutes(5));

        /**
         * The default, earlier by up to a twentieth of the limit: replicas that leak alike must not leave all at once.
         *
         * @param random 0..1
         */
        static Bounds earlier(double random) {
            if (!(random >= 0 && random <= 1)) {
                throw new IllegalArgumentException("random: " + random + " (expected: 0..1)");
            }
            return new Bounds(DEFAULT.leastGrowth, DEFAULT.fullAt - random / 20, DEFAULT.notice);
        }
    }

    private static final List<Duration> WINDOWS =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofHours(2));

    private final Bounds bounds;
    private final List<SteadyGrowth> scales =
            WINDOWS.stream().map(SteadyGrowth::new).toList();

    LeakDetector(Bounds bounds) {
        this.bounds = bounds;
    }

    /** @param requests run since the start, by model */
    LeakVerdict look(long nowNanos, Map<String, Long> requests, MemoryReading reading) {
        scales.forEach(scale -> scale.add(nowNanos, requests, reading.nativeBytes()));
        Optional<Growth> pace = scales.stream()
                .flatMap(scale -> scale.growth().stream())
                .filter(growth -> growth.bytes() >= bounds.leastGrowth() * reading.limitBytes())
                .findFirst();
        return pace.<LeakVerdict>map(growth ->
                        near(growth, reading) ? new LeakVerdict.Exhausting(growth) : new LeakVerdict.Growing(growth))
                .orElseGet(LeakVerdict.Steady::new);
    }

    private boolean near(Growth pace, MemoryReading reading) {
        return reading.residentBytes() >= bounds.fullAt() * reading.limitBytes()
                || pace.nanosUntil(reading.limitBytes() - reading.residentBytes())
                        < bounds.notice().toNanos();
    }
}
