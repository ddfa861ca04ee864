package dev.kilter.runtime.batch;

/** Is told of each batch that ran; for metrics. Called on engine threads: returns at once. */
public interface BatchListener {

    /**
     * A batch ran well.
     *
     * @param queueNanos of its oldest request
     */
    void ran(String variant, int items, long queueNanos, ModelStatistics.BatchTimes times);

    /** A batch failed in the engine. */
    void failed(String variant);
}
