package dev.kilter.cli.load;

/** When requests are sent. */
public sealed interface Pace {

    /** At scheduled times, whatever became of earlier ones: what many independent clients do. */
    record OpenLoop(Arrivals arrivals) implements Pace {}

    /**
     * Each of a fixed number of clients sends its next request when its last is over. It waits for a slow server, so
     * its latencies leave out what others would have felt meanwhile; it is for requests a second.
     *
     * @param concurrency clients, at least 1
     * @param nanos for how long new requests are sent
     */
    record ClosedLoop(int concurrency, long nanos) implements Pace {
        public ClosedLoop {
            if (concurrency < 1) {
                throw new IllegalArgumentException("concurrency: " + concurrency + " (expected: >= 1)");
            }
        }
    }
}
