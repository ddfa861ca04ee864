package dev.kilter.autoscaler.scrape;

/** Why a source that was asked has no report. */
sealed interface NoReport {

    /** In a phrase; of what somebody can mend also what was expected and where to look. */
    String message();

    /** It is not there long enough to have an address. */
    record NoAddress() implements NoReport {
        @Override
        public String message() {
            return "no address yet";
        }
    }

    /** It does not answer at all. */
    record Unreachable(String address, String failure) implements NoReport {
        @Override
        public String message() {
            return failure + " at " + address;
        }
    }

    /** It has not answered, or not to the end. */
    record OutOfTime() implements NoReport {
        @Override
        public String message() {
            return "out of time";
        }
    }

    /** It was told to stop while it was asked. */
    record Interrupted() implements NoReport {
        @Override
        public String message() {
            return "interrupted";
        }
    }

    /**
     * It answers, with something else than a report.
     *
     * @param status of HTTP, not 200
     * @param path that was asked for
     */
    record Refused(int status, String path) implements NoReport {
        @Override
        public String message() {
            return "status %d for %s (expected: 200); %s".formatted(status, path, nextStep());
        }

        private String nextStep() {
            return switch (status) {
                case 404, 405 -> "look whether its address and port are of something else";
                case 401, 403 -> "let the autoscaler read it without credentials";
                default ->
                    status < 400 ? "let it answer itself, without a redirect" : "look in the log of what answers there";
            };
        }
    }

    /** The answer is longer than any report. */
    record TooLong(String path, int maxBytes) implements NoReport {
        @Override
        public String message() {
            return "its report at %s has more than %d bytes".formatted(path, maxBytes);
        }
    }

    /** The answer has not the shape of a report. */
    record Unreadable(String path) implements NoReport {
        @Override
        public String message() {
            return "its report at " + path + " cannot be read";
        }
    }
}
