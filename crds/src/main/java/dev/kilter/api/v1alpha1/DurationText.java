package dev.kilter.api.v1alpha1;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as the API writes them: {@code 50ms}, {@code 1.5s}, {@code 5m}. */
public final class DurationText {

    private DurationText() {}

    /**
     * Reads a duration, exact to the nanosecond.
     *
     * @param field the path of the field, for the message
     * @throws IllegalArgumentException naming field, value and what was expected
     */
    public static Duration parse(String field, String value) {
        Format.DURATION.check(field, value);
        int unitAt = value.length();
        while (Character.isLetter(value.charAt(unitAt - 1))) {
            unitAt--;
        }
        long nanosOfUnit = nanosOf(value.substring(unitAt));
        return Duration.ofNanos(new BigDecimal(value.substring(0, unitAt))
                .multiply(BigDecimal.valueOf(nanosOfUnit))
                .longValue());
    }

    /** Writes a duration with the largest unit that leaves a whole part, with at most three decimals. */
    public static String of(Duration duration) {
        long nanos = duration.toNanos();
        for (String unit : new String[] {"h", "m", "s", "ms"}) {
            long of = nanosOf(unit);
            boolean whole = nanos % of == 0;
            boolean decimalReads = unit.equals("s") || unit.equals("ms") || duration.toDays() > 1;
            if (nanos >= of && (whole || decimalReads)) {
                return decimal(nanos, of) + unit;
            }
        }
        return decimal(nanos, nanosOf("us")) + "us";
    }

    private static String decimal(long nanos, long of) {
        return BigDecimal.valueOf(nanos)
                .divide(BigDecimal.valueOf(of), 3, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> throw new IllegalArgumentException("unit: " + unit + " (expected: us, ms, s, m or h)");
        };
    }
}
