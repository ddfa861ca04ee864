package dev.kilter.api.v1alpha1;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts of money as the API writes them: {@code "0.35"}, in the one currency that all classes share. */
public final class Money {

    private Money() {}

    /**
     * Reads an amount.
     *
     * @param field the path of the field, for the message
     * @throws IllegalArgumentException naming field, value and what was expected
     */
    public static BigDecimal parse(String field, String value) {
        return new BigDecimal(Format.MONEY.check(field, value));
    }

    /** Writes an amount with two to six decimals. */
    public static String of(BigDecimal amount) {
        BigDecimal plain = amount.setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
        return plain.setScale(Math.max(2, plain.scale())).toPlainString();
    }
}
