package dev.kilter.runtime.batch;

/** Is told of each batch that ran; for metrics. Called on engine threads: returns at once. */
public interface BatchListener {

    /**
     * A run that went well.
     *
     * @param queueNanos from the arrival of its oldest request to its start
     * @param windowNanos how much of that it waited for company while an engine was free
     * @param expectedNanos what it should have taken; 0 where nothing was known
     */
    record Run(
            String variant,
            int items,
            long queueNanos,
            long windowNanos,
            long expectedNanos,
            ModelStatistics.BatchTimes times) {}

    void ran(Run run);

    /** A run failed in the engine. */
    void failed(String variant);

    /** A batch failed, and that many requests of it were run again, each alone. */
    void isolated(String variant, int requests);

    /** A batch did not come back. */
    void hung(String variant);
}
