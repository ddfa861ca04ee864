package dev.kilter.autoscaler.policy;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as reasons tell them: three figures, no needless zeros, the same in every locale. */
final class Figures {

    private Figures() {}

    static String of(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    static String percent(double fraction) {
        return of(100 * fraction) + "%";
    }

    static String rate(double perSecond) {
        return of(perSecond) + "/s";
    }
}
