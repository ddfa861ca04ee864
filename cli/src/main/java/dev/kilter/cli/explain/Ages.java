package dev.kilter.cli.explain;

/** How long ago, as people say it. */
record Ages(long nowMillis) {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** Two units would be one too many. */
    String since(long millis) {
        long seconds = Math.max(0, (nowMillis - millis) / 1000);
        if (seconds < 2 * MINUTE) {
            return seconds + " s";
        }
        if (seconds < 2 * HOUR) {
            return seconds / MINUTE + " min";
        }
        return seconds < 2 * DAY ? seconds / HOUR + " h" : seconds / DAY + " d";
    }
}
