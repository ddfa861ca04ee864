package dev.kilter.planner;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as people read them, the same in every reason. */
final class Wording {
    private Wording() {}

    /** {@code 71ms}, {@code 3.4ms}, {@code 1.2s}. */
    static String seconds(double seconds) {
        if (Double.isInfinite(seconds)) {
            return "unbounded";
        }
        return seconds >= 1 ? figures(seconds) + "s" : figures(seconds * 1e3) + "ms";
    }

    /** {@code 410/s}. */
    static String rate(double requestsPerSecond) {
        return figures(requestsPerSecond) + "/s";
    }

    /** {@code 92.8%}. */
    static String percent(double fraction) {
        return figures(fraction * 100) + "%";
    }

    /** {@code 1.05}: at least two decimals, more where the price has them. */
    static String money(BigDecimal amount) {
        BigDecimal plain = amount.stripTrailingZeros();
        return (plain.scale() < 2 ? plain.setScale(2, RoundingMode.UNNECESSARY) : plain).toPlainString();
    }

    /** {@code 16Gi}, {@code 512Mi}. */
    static String bytes(long bytes) {
        double mebibytes = bytes / (1024.0 * 1024);
        return mebibytes >= 1024 ? figures(mebibytes / 1024) + "Gi" : figures(mebibytes) + "Mi";
    }

    /** {@code 1 replica}, {@code 3 replicas}. */
    static String replicas(int count) {
        return count == 1 ? "1 replica" : count + " replicas";
    }

    /** At most three significant figures, and never fewer digits than the whole number has. */
    static String figures(double value) {
        if (value >= 1000) {
            return Long.toString(Math.round(value));
        }
        return threeFigures(value).stripTrailingZeros().toPlainString();
    }

    /** Rounded to three significant figures. */
    static BigDecimal threeFigures(double value) {
        return new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_UP));
    }
}
