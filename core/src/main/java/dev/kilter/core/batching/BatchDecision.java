package dev.kilter.core.batching;

/** What to do with a queue now. */
public sealed interface BatchDecision {

    /** Start a batch. */
    sealed interface Start extends BatchDecision {
        /** At most so many, at least 1. */
        int items();
    }

    /**
     * Start a batch by the active variant.
     *
     * @param items at most so many, at least 1. Requests are never cut: whole requests are taken in the queue's order
     *     while they fit, the first one in any case.
     */
    record Run(int items) implements Start {
        public Run {
            if (items < 1) {
                throw new IllegalArgumentException("items: " + items + " (expected: >= 1)");
            }
        }
    }

    /**
     * Start a batch by a lesser variant, see {@link LesserAnswers}.
     *
     * @param items at most so many, at least 1; whole requests are taken as for {@link Run}
     * @param saved so many of those that wait are expected to be in time because of it, at least 1
     */
    record Degrade(int items, int saved) implements Start {
        public Degrade {
            if (items < 1) {
                throw new IllegalArgumentException("items: " + items + " (expected: >= 1)");
            }
        }
    }

    /**
     * Give up the first requests of the queue: their deadlines cannot be met any more, and running them would cost
     * others theirs. Then ask again.
     *
     * @param requests how many, at least 1
     */
    record Drop(int requests) implements BatchDecision {
        public Drop {
            if (requests < 1) {
                throw new IllegalArgumentException("requests: " + requests + " (expected: >= 1)");
            }
        }
    }

    /**
     * Wait for company.
     *
     * @param untilNanos ask again then, or as soon as something arrives
     */
    record Wait(long untilNanos) implements BatchDecision {}

    /** Nothing to do until something arrives or an engine is free. */
    record Idle() implements BatchDecision {}
}
