package dev.kilter.autoscaler.policy;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as reasons tell them: three figures, no needless zeros, the same in every locale. */
final class Figures {

    private Figures() {}

    static String of(double value) {
        return of(value, 3);
    }

    private static String of(double value, int digits) {
        return new BigDecimal(value)
                .round(new MathContext(digits))
                .stripTrailingZeros()
                .toPlainString();
    }

    static String percent(double fraction) {
        return of(100 * fraction) + "%";
    }

    /** A probability, to the hundredth of a percent: 99.99% is not 100%. */
    static String sure(double probability) {
        return of(100 * probability, 4) + "%";
    }

    static String rate(double perSecond) {
        return of(perSecond) + "/s";
    }
}
