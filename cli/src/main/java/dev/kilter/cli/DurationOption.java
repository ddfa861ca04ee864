package dev.kilter.cli;

import dev.kilter.api.v1alpha1.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as the API writes them: {@code 30s}, {@code 2m}. */
final class DurationOption implements ITypeConverter<Duration> {

    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(24);

    @Override
    public Duration convert(String value) {
        Duration duration;
        try {
            duration = DurationText.parse("duration", value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new TypeConversionException("duration: " + value + " (expected: 5s to 24h)");
        }
        return duration;
    }
}
