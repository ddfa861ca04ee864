package dev.kilter.cli.load;

/** Keeps the requests that are due in the first part of a run apart from the others. */
public final class WarmUp implements LoadListener {

    private final long nanos;
    private final LoadListener during;
    private final LoadListener after;
    private long end = Long.MIN_VALUE;

    /**
     * @param nanos how long, from the first request's due time
     * @param during hears of what was due by then
     * @param after hears of the rest
     */
    public WarmUp(long nanos, LoadListener during, LoadListener after) {
        this.nanos = nanos;
        this.during = during;
        this.after = after;
    }

    @Override
    public void scheduled(long due, long latenessNanos) {
        if (end == Long.MIN_VALUE) {
            end = due + nanos;
        }
        of(due).scheduled(due, latenessNanos);
    }

    @Override
    public void completed(long due, LoadTarget.Reply reply, long latencyNanos) {
        of(due).completed(due, reply, latencyNanos);
    }

    private LoadListener of(long due) {
        return due - end < 0 ? during : after;
    }
}
