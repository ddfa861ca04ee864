package dev.kilter.autoscaler.dcgm;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A line of the Prometheus text format.
 *
 * @param value as it is written
 * @param atMillis when it was taken, epoch milliseconds; empty: when the page was
 */
record Sample(String metric, Map<String, String> labels, String value, OptionalLong atMillis) {

    /** A page's line that is none: what is wrong, and where in it. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String expected, int column) {
            super("column " + (column + 1) + ": expected " + expected, null, false, false);
        }
    }

    /** Labels of a repeated name: the last stands, as with Prometheus' own parser of old. */
    static Sample parse(String line) throws Malformed {
        return new Reader(line).sample();
    }

    private static final class Reader {
        private final String line;
        private int at;

        Reader(String line) {
            this.line = line;
        }

        Sample sample() throws Malformed {
            String metric = name("a metric's name");
            Map<String, String> labels = new HashMap<>();
            spaces();
            if (is('{')) {
                at++;
                labels(labels);
            }
            spaces();
            int start = at;
            // Some versions write a sentence where a number should be; it is one value that is none.
            String rest = line.substring(start).strip();
            int gap = rest.lastIndexOf(' ');
            if (rest.isEmpty()) {
                throw new Malformed("a value", start);
            }
            if (gap > 0 && rest.indexOf(' ') == gap && rest.substring(gap + 1).matches("-?\\d{1,18}")) {
                return new Sample(
                        metric,
                        labels,
                        rest.substring(0, gap),
                        OptionalLong.of(Long.parseLong(rest.substring(gap + 1))));
            }
            return new Sample(metric, labels, rest, OptionalLong.empty());
        }

        private void labels(Map<String, String> labels) throws Malformed {
            spaces();
            while (!is('}')) {
                String name = name("a label's name");
                spaces();
                expect('=');
                spaces();
                labels.put(name, quoted());
                spaces();
                if (is(',')) {
                    at++;
                    spaces();
                } else if (!is('}')) {
                    throw new Malformed(", or }", at);
                }
            }
            at++;
        }

        private String quoted() throws Malformed {
            expect('"');
            StringBuilder text = new StringBuilder();
            while (!is('"')) {
                if (at >= line.length()) {
                    throw new Malformed("\" at the end of a label's value", at);
                }
                char c = line.charAt(at++);
                if (c == '\\' && at < line.length()) {
                    char escaped = line.charAt(at++);
                    text.append(escaped == 'n' ? '\n' : escaped);
                } else {
                    text.append(c);
                }
            }
            at++;
            return text.toString();
        }

        private String name(String what) throws Malformed {
            int start = at;
            while (at < line.length() && isNamePart(line.charAt(at))) {
                at++;
            }
            if (at == start) {
                throw new Malformed(what, start);
            }
            return line.substring(start, at);
        }

        private static boolean isNamePart(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
        }

        private void spaces() {
            while (is(' ') || is('\t')) {
                at++;
            }
        }

        private void expect(char c) throws Malformed {
            if (!is(c)) {
                throw new Malformed(String.valueOf(c), at);
            }
            at++;
        }

        private boolean is(char c) {
            return at < line.length() && line.charAt(at) == c;
        }
    }
}
