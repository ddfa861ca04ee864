package dev.kilter.cli.bench;

import java.util.Locale;

/** Figures with as many digits as matter. */
public final class Numbers {

    private Numbers() {}

    /** Three significant digits, or all of the whole part. */
    public static String brief(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "-";
        }
        return String.format(
                Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }
}
