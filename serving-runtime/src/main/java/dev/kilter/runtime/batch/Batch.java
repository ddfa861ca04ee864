package dev.kilter.runtime.batch;

import java.util.List;

/**
 * Requests that run together.
 *
 * @param requests at least one, in order of arrival
 * @param items over all of them
 * @param variant what was active when the batch was formed
 * @param formedNanos when it left the queue
 */
record Batch(List<PendingRequest> requests, int items, String variant, long formedNanos) {
    Batch {
        requests = List.copyOf(requests);
    }
}
