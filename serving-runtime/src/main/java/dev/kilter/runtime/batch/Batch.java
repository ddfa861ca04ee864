package dev.kilter.runtime.batch;

import dev.kilter.core.batching.LearnedCurve;
import java.util.List;

/**
 * Requests that run together.
 *
 * @param requests at least one, the most urgent first
 * @param items over all of them
 * @param batchKey of all of them
 * @param curve what learns from it
 * @param variant that runs it
 * @param degraded whether that is a lesser one than was active when the batch was formed
 * @param firstArrivalNanos of its oldest request
 * @param formedNanos when it left the queue
 * @param windowNanos how long it waited for company while an engine was free
 * @param expectedNanos what it should take; 0: not known yet
 * @param cautiousNanos what it hardly takes longer than; 0: not known yet
 */
record Batch(
        List<PendingRequest> requests,
        int items,
        Object batchKey,
        LearnedCurve curve,
        String variant,
        boolean degraded,
        long firstArrivalNanos,
        long formedNanos,
        long windowNanos,
        long expectedNanos,
        long cautiousNanos) {}
