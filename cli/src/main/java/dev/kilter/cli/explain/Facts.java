package dev.kilter.cli.explain;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.protocol.DemandSummary;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of one InferenceDeployment, as it stood at one moment. A value, also as JSON.
 *
 * @param place where it runs, in words
 * @param atMillis when it was looked at, epoch milliseconds
 * @param plan empty: not planned yet
 * @param conditions of the InferenceDeployment
 * @param history plans and scalings as the status keeps them, oldest first
 * @param demand what the autoscaler reported last; empty: nothing yet
 * @param pods that are there, ready or not
 * @param events about it, its pools and its pods, newest first
 * @param unseen what could not be looked at, and why
 */
public record Facts(
        String name,
        String place,
        long atMillis,
        Objective objective,
        Optional<Plan> plan,
        List<Condition> conditions,
        List<InferenceDeploymentStatus.Event> history,
        Optional<DemandSummary> demand,
        List<Pool> pools,
        List<Pod> pods,
        List<Told> events,
        List<String> unseen) {

    public Facts {
        conditions = List.copyOf(conditions);
        history = List.copyOf(history);
        pools = List.copyOf(pools);
        pods = List.copyOf(pods);
        events = List.copyOf(events);
        unseen = List.copyOf(unseen);
    }

    /**
     * What the specification asks for.
     *
     * @param p99 as it is written there
     * @param mayFail largest share of requests that may fail or be late, as it is written there
     */
    public record Objective(String p99, String mayFail, int minReplicas, int maxReplicas, boolean paused) {}

    /**
     * A ServingPool.
     *
     * @param share weight of its revision; 0: no new requests
     * @param variant that its pods start with
     * @param conditions of the pool
     */
    public record Pool(
            String name,
            String acceleratorClass,
            int share,
            String variant,
            int maxBatchSize,
            int replicas,
            int ready,
            boolean paused,
            List<Condition> conditions) {
        public Pool {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * A serving pod.
     *
     * @param state what keeps it from serving, in words; empty: nothing, it is ready
     * @param sinceMillis when it was created, epoch milliseconds; empty: not known
     */
    public record Pod(String name, String pool, Optional<String> state, Optional<Long> sinceMillis, int restarts) {}

    /**
     * An event.
     *
     * @param atMillis when it was seen last, epoch milliseconds
     * @param about kind and name
     */
    public record Told(long atMillis, boolean warning, String about, String reason, String message, int times) {}
}
