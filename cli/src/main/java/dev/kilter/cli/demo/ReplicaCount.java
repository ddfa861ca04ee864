package dev.kilter.cli.demo;

import java.util.IntSummaryStatistics;

/** How many replicas there were, sampled at a steady pace. For one thread. */
final class ReplicaCount {

    private final IntSummaryStatistics counts = new IntSummaryStatistics();

    void add(int replicas) {
        counts.accept(replicas);
    }

    int least() {
        return counts.getCount() == 0 ? 0 : counts.getMin();
    }

    int most() {
        return counts.getCount() == 0 ? 0 : counts.getMax();
    }

    double mean() {
        return counts.getAverage();
    }
}
