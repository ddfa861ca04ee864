package dev.kilter.runtime.model;

import dev.kilter.core.OperatingPoint;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.serving.ModelServer.OperatingPointOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The operating point of one model: the newest that was pushed, until its time to live is over; then the pod's own
 * default again. Thread-safe; time is passed in.
 */
final class OperatingPoints {

    private static final double MAX_TTL_SECONDS = 86_400;

    private record Pushed(long version, OperatingPoint point, long expiresNanos) {}

    private final OperatingPoint fallback;
    private final List<String> variants;
    private volatile Optional<Pushed> pushed = Optional.empty();

    OperatingPoints(RuntimeConfig.Model config) {
        this.fallback =
                new OperatingPoint(config.activeVariant(), config.maxBatchSize(), delay(config.maxDelayMillis()));
        this.variants =
                config.variants().stream().map(RuntimeConfig.Variant::name).toList();
    }

    /** What is in force at that time. */
    OperatingPoint at(long nowNanos) {
        return live(nowNanos).map(Pushed::point).orElse(fallback);
    }

    /** What is in force at that time, as it is reported; version 0 is the default. */
    RuntimeLoad.OperatingPointState state(long nowNanos) {
        OperatingPoint point = at(nowNanos);
        return new RuntimeLoad.OperatingPointState(
                live(nowNanos).map(Pushed::version).orElse(0L),
                point.variant(),
                point.maxBatchSize(),
                point.maxDelay().map(Duration::toNanos).orElse(0L) / 1e6,
                point.lesser().map(by -> new OperatingPointUpdate.Lesser(by.variant(), by.maxShare())));
    }

    /** Takes the update unless one with a higher version is in force; the same version prolongs its life. */
    synchronized OperatingPointOutcome update(OperatingPointUpdate update, long nowNanos) {
        Optional<String> fault = fault(update);
        if (fault.isPresent()) {
            return new OperatingPointOutcome.Invalid(fault.get());
        }
        if (live(nowNanos).isPresent() && live(nowNanos).get().version() > update.version()) {
            return new OperatingPointOutcome.Outdated(state(nowNanos));
        }
        OperatingPoint point = new OperatingPoint(
                update.variant(),
                update.maxBatchSize(),
                delay(update.maxDelayMillis()),
                update.lesser().map(by -> new OperatingPoint.Lesser(by.variant(), by.maxShare())));
        long lifeNanos = Math.round(update.timeToLiveSeconds() * 1e9);
        pushed = Optional.of(new Pushed(update.version(), point, nowNanos + lifeNanos));
        return new OperatingPointOutcome.Accepted(state(nowNanos));
    }

    private Optional<String> fault(OperatingPointUpdate update) {
        if (update.version() < 1) {
            return Optional.of("version: " + update.version() + " (expected: >= 1; 0 is the pod's default)");
        }
        if (!variants.contains(update.variant())) {
            return Optional.of("variant: " + update.variant() + " (expected: one of the resident " + variants + ")");
        }
        if (update.maxBatchSize() < 1 || update.maxBatchSize() > fallback.maxBatchSize()) {
            return Optional.of(
                    "maxBatchSize: " + update.maxBatchSize() + " (expected: 1.." + fallback.maxBatchSize() + ")");
        }
        double delay = update.maxDelayMillis().orElse(0.0);
        if (!(delay >= 0 && delay <= ConfigCheck.MAX_DELAY_MILLIS)) {
            return Optional.of(
                    "maxDelayMillis: " + delay + " (expected: 0.." + (long) ConfigCheck.MAX_DELAY_MILLIS + ")");
        }
        Optional<String> lesser = update.lesser().flatMap(by -> fault(by, update.variant()));
        if (lesser.isPresent()) {
            return lesser;
        }
        double life = update.timeToLiveSeconds();
        if (!(life > 0 && life <= MAX_TTL_SECONDS)) {
            return Optional.of(
                    "timeToLiveSeconds: " + life + " (expected: above 0, up to " + (long) MAX_TTL_SECONDS + ")");
        }
        return Optional.empty();
    }

    private Optional<String> fault(OperatingPointUpdate.Lesser lesser, String active) {
        if (!variants.contains(lesser.variant()) || lesser.variant().equals(active)) {
            return Optional.of("lesser.variant: " + lesser.variant() + " (expected: one of the resident " + variants
                    + ", another than " + active + ")");
        }
        if (!(lesser.maxShare() >= 0 && lesser.maxShare() <= 1)) {
            return Optional.of("lesser.maxShare: " + lesser.maxShare() + " (expected: 0..1)");
        }
        return Optional.empty();
    }

    private Optional<Pushed> live(long nowNanos) {
        return pushed.filter(p -> nowNanos - p.expiresNanos() < 0);
    }

    private static Optional<Duration> delay(Optional<Double> millis) {
        return millis.map(ms -> Duration.ofNanos(Math.round(ms * 1e6)));
    }
}
