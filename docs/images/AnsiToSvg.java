import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws a captured terminal as SVG, for the README:
 *
 * <pre>tmux capture-pane -e -p | java docs/images/AnsiToSvg.java > docs/images/demo.svg</pre>
 */
public final class AnsiToSvg {

    private static final int COLUMN = 8;
    private static final int ROW = 18;
    private static final int MARGIN = 16;
    private static final Pattern ESCAPE = Pattern.compile("\033\\[([0-9;]*)m");
    private static final Map<String, String> COLOURS =
            Map.of("31", "#f47067", "32", "#57ab5a", "33", "#d9a33f", "36", "#56b6c2");

    private String colour = "#d4d8dd";
    private boolean bold;
    private boolean dim;

    public static void main(String[] args) throws Exception {
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>(text.lines().toList());
        while (!lines.isEmpty() && lines.getLast().replaceAll(ESCAPE.pattern(), "").isBlank()) {
            lines.removeLast();
        }
        System.out.print(new AnsiToSvg().svg(lines));
    }

    private String svg(List<String> lines) {
        int columns = lines.stream()
                .mapToInt(line -> line.replaceAll(ESCAPE.pattern(), "").length())
                .max()
                .orElse(1);
        int width = columns * COLUMN + 2 * MARGIN;
        int height = lines.size() * ROW + 2 * MARGIN;
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " "
                + height + "\" width=\"" + width + "\" height=\"" + height + "\" font-family=\"ui-monospace, Menlo,"
                + " Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\""
                + " rx=\"8\" fill=\"#1c2128\"/>\n");
        for (int row = 0; row < lines.size(); row++) {
            svg.append(line(lines.get(row), MARGIN + row * ROW + 13));
        }
        return svg.append("</svg>\n").toString();
    }

    private String line(String line, int y) {
        StringBuilder svg = new StringBuilder();
        Matcher escape = ESCAPE.matcher(line);
        int column = 0;
        int at = 0;
        while (at < line.length()) {
            boolean found = escape.find(at);
            String text = line.substring(at, found ? escape.start() : line.length());
            svg.append(piece(text, column, y));
            column += text.length();
            if (!found) {
                break;
            }
            style(escape.group(1));
            at = escape.end();
        }
        return svg.toString();
    }

    private String piece(String text, int column, int y) {
        if (text.isBlank()) {
            return "";
        }
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x=\"" + (MARGIN + column * COLUMN) + "\" y=\"" + y + "\" textLength=\"" + text.length() * COLUMN
                + "\" xml:space=\"preserve\" fill=\"" + (dim ? "#8b949e" : colour) + "\""
                + (bold ? " font-weight=\"bold\"" : "") + ">" + escaped + "</text>\n";
    }

    private void style(String codes) {
        for (String code : codes.split(";")) {
            switch (code) {
                case "", "0" -> {
                    colour = "#d4d8dd";
                    bold = false;
                    dim = false;
                }
                case "1" -> bold = true;
                case "2" -> dim = true;
                case "39" -> colour = "#d4d8dd";
                default -> colour = COLOURS.getOrDefault(code, colour);
            }
        }
    }
}
