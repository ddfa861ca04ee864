package dev.kilter.cli.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A plot as SVG. Colours and fonts come from the page's style sheet by class names, so it reads in light and dark.
 *
 * @param title what it shows, with the unit of the vertical axis
 * @param xAxis ticks of the horizontal axis; its first and last are the axis' ends
 * @param xLabel what the horizontal axis is
 * @param series drawn in order
 * @param limit a horizontal line to compare with, such as the SLO
 * @param logarithmic whether the vertical axis is
 */
public record Chart(
        String title,
        List<Tick> xAxis,
        String xLabel,
        List<Series> series,
        OptionalDouble limit,
        String limitLabel,
        boolean logarithmic) {

    /** @param at in the points' own unit */
    public record Tick(double at, String label) {}

    /** In the units of the axes. */
    public record Point(double x, double y) {}

    /**
     * @param style class names: {@code c0} to {@code c5} for colours, {@code thin}, {@code dots}
     * @param points by x; empty ones draw nothing
     */
    public record Series(String name, String style, List<Point> points) {}

    private static final double WIDTH = 720;
    private static final double HEIGHT = 300;
    private static final double LEFT = 64;
    private static final double RIGHT = 30;
    private static final double TOP = 16;
    private static final double BOTTOM = 44;

    /** The figure, with caption and legend. */
    public String svg() {
        List<Tick> yAxis = yAxis();
        StringBuilder svg = new StringBuilder();
        svg.append(format("<figure><figcaption>%s</figcaption>%s", Html.escape(title), legend()));
        svg.append(
                format("<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='%s'>", WIDTH, HEIGHT, Html.escape(title)));
        for (Tick tick : yAxis) {
            double y = y(tick.at(), yAxis);
            svg.append(
                    format("<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(format("<text class='tick end' x='%.1f' y='%.1f'>%s</text>", LEFT - 8, y + 4, tick.label()));
        }
        for (Tick tick : xAxis) {
            double x = x(tick.at());
            svg.append(
                    format("<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", x, x, TOP, HEIGHT - BOTTOM));
            svg.append(format(
                    "<text class='tick mid' x='%.1f' y='%.1f'>%s</text>", x, HEIGHT - BOTTOM + 18, tick.label()));
        }
        svg.append(format(
                "<text class='tick mid' x='%.1f' y='%.1f'>%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, Html.escape(xLabel)));
        limit.ifPresent(value -> {
            double y = y(value, yAxis);
            svg.append(
                    format("<line class='limit' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(format(
                    "<text class='tick limit' x='%.1f' y='%.1f'>%s</text>", LEFT + 6, y - 5, Html.escape(limitLabel)));
        });
        series.forEach(one -> svg.append(draw(one, yAxis)));
        return svg.append("</svg></figure>").toString();
    }

    private String legend() {
        StringBuilder legend = new StringBuilder("<p class='legend'>");
        series.forEach(one ->
                legend.append(format("<span class='%s'><i></i>%s</span> ", one.style(), Html.escape(one.name()))));
        return legend.append("</p>").toString();
    }

    private String draw(Series one, List<Tick> yAxis) {
        if (one.style().contains("dots")) {
            StringBuilder dots = new StringBuilder();
            one.points()
                    .forEach(point -> dots.append(format(
                            "<circle class='%s' cx='%.1f' cy='%.1f' r='5'/>",
                            one.style(), x(point.x()), y(point.y(), yAxis))));
            return dots.toString();
        }
        StringBuilder path = new StringBuilder();
        for (Point point : one.points()) {
            path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x(point.x()), y(point.y(), yAxis)));
        }
        return path.isEmpty() ? "" : format("<path class='%s' d='%s'/>", one.style(), path);
    }

    private double x(double at) {
        double first = xAxis.getFirst().at();
        double last = xAxis.getLast().at();
        return LEFT + (at - first) / (last - first) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double at, List<Tick> yAxis) {
        double low = scaled(yAxis.getFirst().at());
        double high = scaled(yAxis.getLast().at());
        double share = Math.clamp((scaled(at) - low) / (high - low), 0, 1);
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }

    private double scaled(double value) {
        return logarithmic ? Math.log10(Math.max(value, 1e-6)) : value;
    }

    private List<Tick> yAxis() {
        double most = limit.orElse(0);
        double least = limit.orElse(Double.POSITIVE_INFINITY);
        for (Series one : series) {
            for (Point point : one.points()) {
                most = Math.max(most, point.y());
                least = point.y() > 0 ? Math.min(least, point.y()) : least;
            }
        }
        most = most > 0 ? most : 1;
        return logarithmic ? powers(Math.min(least, most / 10), most) : even(most);
    }

    /** 1, 2 and 5 times powers of ten, or the powers alone where that were many. */
    private static List<Tick> powers(double least, double most) {
        List<Tick> ticks = new ArrayList<>();
        int from = (int) Math.floor(Math.log10(least));
        int to = (int) Math.ceil(Math.log10(most));
        int[] steps = to - from > 3 ? new int[] {1} : new int[] {1, 2, 5};
        for (int power = from; power <= to; power++) {
            for (int step : steps) {
                double at = step * Math.pow(10, power);
                if (at >= least / 2.5 && (ticks.isEmpty() || ticks.getLast().at() < most)) {
                    ticks.add(new Tick(at, label(at)));
                }
            }
        }
        if (ticks.size() < 2) {
            ticks.add(
                    new Tick(ticks.getFirst().at() * 10, label(ticks.getFirst().at() * 10)));
        }
        return ticks;
    }

    /** About five steps of 1, 2 or 5 times a power of ten. */
    public static List<Tick> even(double most) {
        double rough = most / 5;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                rough <= power ? power : rough <= 2 * power ? 2 * power : rough <= 5 * power ? 5 * power : 10 * power;
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i == 0 || ticks.getLast().at() < most - step * 1e-9; i++) {
            ticks.add(new Tick(i * step, label(i * step)));
        }
        return ticks;
    }

    static String label(double value) {
        if (value >= 10_000) {
            return format(value % 1000 == 0 ? "%.0fk" : "%.1fk", value / 1000);
        }
        String text = format("%.3f", value);
        return text.contains(".") ? text.replaceFirst("0+$", "").replaceFirst("\\.$", "") : text;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
