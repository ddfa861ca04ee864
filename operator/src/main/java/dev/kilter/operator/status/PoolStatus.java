package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.observe.PoolPods;
import dev.kilter.operator.plan.Provisioning;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.status.Conditions.Status;
import dev.kilter.operator.status.Findings.Blocked;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a pool's status says. */
public final class PoolStatus {

    private static final String READY = "Ready";

    /** The reason where pods were ready before. */
    private static final String LOST = "PodsLost";

    private static final String NOT_YET = "PodsNotReady";

    private static final String RECONCILING = "Reconciling";

    private static final String SCALING = "Scaling";

    private static final String NO_NODE = "Unschedulable";

    private PoolStatus() {}

    /**
     * The status.
     *
     * @param deployment of the pool, as last seen
     * @param pods what keeps them from serving
     * @param selector of its pods, as text
     * @param blocked what stands in the way
     */
    public static ServingPoolStatus of(
            ServingPool pool,
            Optional<Deployment> deployment,
            PoolPods pods,
            String selector,
            Optional<Blocked> blocked,
            Instant now) {
        int wanted = pool.getSpec().replicas() == null ? 1 : pool.getSpec().replicas();
        Optional<DeploymentStatus> runs = deployment.map(Deployment::getStatus);
        int exist = runs.map(DeploymentStatus::getReplicas).orElse(0);
        int ready = runs.map(DeploymentStatus::getReadyReplicas).orElse(0);
        long generation =
                Optional.ofNullable(pool.getMetadata().getGeneration()).orElse(0L);
        int scheduled = Math.max(pods.scheduled(), ready);
        // A pod more than wanted, while others are replaced, may well find no room.
        Optional<String> unscheduled = pods.unscheduled()
                .filter(any -> scheduled < wanted)
                .map(why -> lacking(wanted - scheduled, wanted, why));
        Optional<Blocked> trouble = ready >= wanted ? Optional.empty() : trouble(pods);
        String count = ready + " of " + wanted + " pods ready"
                + trouble.map(each -> "; " + each.message()).orElse("");
        boolean starts = conditions(pool).isEmpty() && ready == 0 && trouble.isEmpty() && blocked.isEmpty();
        Conditions conditions = new Conditions(conditions(pool), generation, starts ? begun(pool, now) : now);
        conditions.set(
                Provisioning.SCHEDULED,
                Status.of(unscheduled.isEmpty()),
                unscheduled.isEmpty() ? "Scheduled" : NO_NODE,
                unscheduled.orElse("no pod waits for a node"));
        if (blocked.isPresent()) {
            conditions.set(
                    READY, Status.FALSE, blocked.get().reason(), blocked.get().message());
            conditions.set(RECONCILING, Status.FALSE, blocked.get().reason(), "");
            conditions.set(
                    "Stalled",
                    Status.TRUE,
                    blocked.get().reason(),
                    blocked.get().message());
        } else {
            boolean settled = ready >= wanted && exist == wanted;
            conditions.set(
                    READY,
                    Status.of(ready > 0 || wanted == 0),
                    ready > 0 ? "Serving" : lost(pool) ? LOST : NOT_YET,
                    count);
            conditions.set(
                    RECONCILING,
                    Status.of(!settled),
                    settled ? "Done" : trouble.map(Blocked::reason).orElse(SCALING),
                    count);
            conditions.set("Stalled", Status.FALSE, "Fine", "nothing stands in the way");
        }
        return new ServingPoolStatus(generation, exist, scheduled, ready, selector, digests(pool), conditions.list());
    }

    /** What waits for news of the pods has been so since the pool was made, however much later it is told. */
    private static Instant begun(ServingPool pool, Instant now) {
        Instant earliest = now.minus(StatusPace.FIRST);
        Instant created = created(pool).filter(now::isAfter).orElse(now);
        return created.isBefore(earliest) ? earliest : created;
    }

    /** When the API server says that it was made. */
    static Optional<Instant> created(ServingPool pool) {
        return Optional.ofNullable(pool.getMetadata().getCreationTimestamp()).map(Instant::parse);
    }

    /** Whether a status tells of a pool no more than that it was made: its pods are on their way. */
    static boolean isStarting(ServingPoolStatus told) {
        return says(told, Provisioning.SCHEDULED, "Scheduled")
                && says(told, READY, NOT_YET)
                && says(told, RECONCILING, SCALING);
    }

    private static boolean says(ServingPoolStatus told, String type, String reason) {
        return Conditions.find(told.conditions(), type)
                .filter(found -> found.reason().equals(reason))
                .isPresent();
    }

    private static String lacking(int lacking, int wanted, String such) {
        return wanted == 1 ? such : lacking + " of " + wanted + " lack a node: " + such;
    }

    private static boolean lost(ServingPool pool) {
        return Conditions.find(conditions(pool), READY)
                .filter(before -> List.of("Serving", LOST).contains(before.reason()))
                .isPresent();
    }

    /** That no pod of a pool is ready, as its status tells, or as it is while that waits. */
    public static Optional<Rollout.Unready> unready(ServingPool pool, Instant now) {
        if (conditions(pool).isEmpty()) {
            return Optional.of(new Rollout.Unready(begun(pool, now), false));
        }
        return Conditions.find(conditions(pool), READY)
                .filter(ready -> ready.status().equals("False"))
                .filter(ready -> List.of(LOST, NOT_YET).contains(ready.reason()))
                .map(ready -> new Rollout.Unready(
                        Instant.parse(ready.lastTransitionTime()),
                        ready.reason().equals(LOST)));
    }

    private static Optional<Blocked> trouble(PoolPods pods) {
        return Stream.of(
                        pods.refused().map(why -> new Blocked("PodsRefused", why)),
                        pods.failing().map(why -> new Blocked("PodsFailing", why)),
                        pods.unscheduled().map(why -> new Blocked(NO_NODE, why)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What stands in the way of a pool, as its status tells. */
    public static Optional<Blocked> blocked(ServingPool pool) {
        return Conditions.find(conditions(pool), "Stalled")
                .filter(stalled -> stalled.status().equals("True"))
                .map(stalled -> new Blocked(stalled.reason(), stalled.message()));
    }

    /** Whether pods lack nothing but a node. */
    public static boolean lacksRoom(Blocked trouble) {
        return trouble.reason().equals(NO_NODE);
    }

    /** What keeps pods of a pool from serving, as its status tells. */
    public static Optional<Blocked> trouble(ServingPool pool) {
        return Conditions.find(conditions(pool), RECONCILING)
                .filter(reconciling ->
                        List.of("PodsRefused", "PodsFailing", NO_NODE).contains(reconciling.reason()))
                .map(reconciling -> new Blocked(reconciling.reason(), reconciling.message()));
    }

    private static List<Condition> conditions(ServingPool pool) {
        return pool.getStatus() == null ? List.of() : pool.getStatus().conditions();
    }

    /** What is pinned stays, whoever pinned it; the rest is as the specification pins it. */
    private static List<ServingPoolStatus.VariantDigest> digests(ServingPool pool) {
        List<ServingPoolStatus.VariantDigest> pinned =
                pool.getStatus() == null ? List.of() : pool.getStatus().modelDigests();
        return Stream.concat(
                        pinned.stream(),
                        pool.getSpec().configuration().variants().stream()
                                .filter(variant -> variant.digest() != null)
                                .filter(variant -> pinned.stream()
                                        .noneMatch(each -> each.variant().equals(variant.name())))
                                .map(variant -> new ServingPoolStatus.VariantDigest(variant.name(), variant.digest())))
                .toList();
    }
}
