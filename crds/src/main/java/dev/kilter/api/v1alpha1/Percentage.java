package dev.kilter.api.v1alpha1;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Shares as the API writes them: {@code 99.9%}. */
public final class Percentage {

    private Percentage() {}

    /**
     * Reads a share as a fraction from 0 to 1.
     *
     * @param field the path of the field, for the message
     * @throws IllegalArgumentException naming field, value and what was expected
     */
    public static double parse(String field, String value) {
        Format.PERCENTAGE.check(field, value);
        return new BigDecimal(value.substring(0, value.length() - 1))
                .movePointLeft(2)
                .doubleValue();
    }

    /** Writes a fraction from 0 to 1 with at most two decimals; beyond that it is cut to the range. */
    public static String of(double fraction) {
        return BigDecimal.valueOf(Math.clamp(fraction, 0.0, 1.0))
                        .movePointRight(2)
                        // Downwards: 99.999% is not 100%.
                        .setScale(2, RoundingMode.FLOOR)
                        .stripTrailingZeros()
                        .toPlainString()
                + "%";
    }
}
