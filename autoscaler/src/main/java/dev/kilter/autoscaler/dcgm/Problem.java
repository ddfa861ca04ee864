package dev.kilter.autoscaler.dcgm;

/** What is wrong with a page, or with a value on it. The value is not used. */
public sealed interface Problem {

    /** In a phrase. */
    String message();

    /** The page tells of no GPU. */
    record NoGpus() implements Problem {
        @Override
        public String message() {
            return "its page tells of no GPU (expected: lines of DCGM_FI_DEV_…, see the exporter's counters file)";
        }
    }

    /**
     * A line is not of the text format.
     *
     * @param line counted from 1
     */
    record Unreadable(int line, String reason) implements Problem {
        @Override
        public String message() {
            return "line " + line + " of its page cannot be read, " + reason;
        }
    }

    /** A value cannot be. */
    record Implausible(String metric, String value, String expected) implements Problem {
        @Override
        public String message() {
            return metric + ": " + value + " (expected: " + expected + ")";
        }
    }

    /** A page tells a value twice, and differently. */
    record Contradictory(String metric, String first, String second) implements Problem {
        @Override
        public String message() {
            return metric + ": " + first + " and " + second + " on one page (expected: one value)";
        }
    }

    /** The exporter does not tell it, or not of this GPU. */
    record NotTold(String metrics) implements Problem {
        @Override
        public String message() {
            return metrics + " is not told";
        }
    }
}
