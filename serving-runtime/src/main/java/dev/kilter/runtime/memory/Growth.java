package dev.kilter.runtime.memory;

import java.util.Map;

/**
 * Memory that rose without a pause.
 *
 * @param bytes by which it rose
 * @param nanos in what time
 * @param requests run meanwhile, by model; models that ran none are left out
 */
record Growth(long bytes, long nanos, Map<String, Long> requests) {
    Growth {
        requests = Map.copyOf(requests);
    }

    long allRequests() {
        return requests.values().stream().mapToLong(Long::longValue).sum();
    }

    /** When that much more would be gone at this pace, from now, nanoseconds. */
    long nanosUntil(long more) {
        return (long) ((double) nanos / bytes * Math.max(0, more));
    }
}
