package dev.kilter.planner.simulation;

import java.time.Duration;

/** What goes wrong, and when. */
public sealed interface Fault {

    /** When, since the beginning. */
    Duration at();

    /** One ready replica of a pool dies with all that it had; which one is chance. */
    record ReplicaKilled(Duration at, int pool) implements Fault {}

    /** One node of a pool goes with all of its replicas; which one is chance. Without nodes: one replica. */
    record NodeGone(Duration at, int pool) implements Fault {}

    /** Nothing is scraped for so long. */
    record MetricsLost(Duration at, Duration length) implements Fault {}
}
