package dev.kilter.cli.load;

/** Who is told what the generator does; on its loop. */
public interface LoadListener {

    /**
     * A request's time came.
     *
     * @param due when, in the loop's nanoseconds
     * @param latenessNanos how much later the generator got to it
     */
    void scheduled(long due, long latenessNanos);

    /** A request is over; {@code latencyNanos} counts from {@code due}. */
    void completed(long due, LoadTarget.Reply reply, long latencyNanos);
}
