package dev.kilter.operator.observe;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.Percentage;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.ProfileRun;
import dev.kilter.operator.plan.Provisioning;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.Standing;
import dev.kilter.operator.status.PoolStatus;
import dev.kilter.operator.validate.Subject;
import dev.kilter.operator.validate.Subject.Reference;
import dev.kilter.protocol.DemandSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that one reconcile rests on.
 *
 * @param at when it was seen
 * @param pools of this one
 * @param neighbourPools of the others
 * @param withoutNodes names of classes that no node belongs to
 * @param profiles of the namespace
 * @param demand as the autoscaler last published it, however long ago: what a plan should carry is held
 * @param profileRuns its own, and those of others that measure one of its models
 * @param gatewayReady whether the namespace's gateway has a ready pod
 */
public record Observation(
        Instant at,
        InferenceDeployment deployment,
        List<ServingPool> pools,
        List<ServingPool> neighbourPools,
        List<AcceleratorClass> classes,
        Set<String> withoutNodes,
        List<ModelProfile> profiles,
        Optional<DemandSummary> demand,
        List<ProfileRun> profileRuns,
        boolean gatewayReady,
        Reference serviceAccount) {

    /**
     * The autoscaler reports at least every {@link DemandSummary#HEARTBEAT}; what is older than three of them tells
     * nothing of now.
     */
    private static final Duration STALE = DemandSummary.HEARTBEAT.multipliedBy(3);

    public Observation {
        pools = List.copyOf(pools);
        neighbourPools = List.copyOf(neighbourPools);
        classes = List.copyOf(classes);
        withoutNodes = Set.copyOf(withoutNodes);
        profiles = List.copyOf(profiles);
        profileRuns = List.copyOf(profileRuns);
    }

    public String name() {
        return deployment.getMetadata().getName();
    }

    public String namespace() {
        return deployment.getMetadata().getNamespace();
    }

    /** Whether the user asks for no changes. */
    public boolean paused() {
        return "true".equals(deployment.getMetadata().getAnnotations().get(Labels.PAUSED));
    }

    /** For the validator. */
    public Subject subject() {
        return new Subject(deployment, classes, serviceAccount);
    }

    /**
     * For the planner.
     *
     * @param runtimeImage of the installation
     */
    public PlanInputs planInputs(String runtimeImage) {
        return new PlanInputs(
                deployment,
                classes,
                profiles,
                demand.map(DemandSummary::peakRequestsPerSecond),
                withoutNodes,
                runtimeImage);
    }

    /** What the autoscaler sees now; empty: it has not reported yet, or no longer does. */
    public Optional<DemandSummary> freshDemand() {
        return demand.filter(summary -> at.isBefore(staleAt(summary)));
    }

    /** When a report that is fresh will be none, if nothing more is heard. */
    public Optional<Duration> untilStale() {
        return freshDemand().map(summary -> Duration.between(at, staleAt(summary)));
    }

    private static Instant staleAt(DemandSummary summary) {
        return Instant.ofEpochMilli(summary.atMillis()).plus(STALE);
    }

    /** Where there is no room. */
    public Provisioning provisioning() {
        return Provisioning.of(pools, classes, at);
    }

    /** For the rollout. */
    public List<Rollout.Running> running() {
        return pools.stream()
                .map(pool -> new Rollout.Running(
                        pool.getMetadata().getName(),
                        pool.getSpec().revision(),
                        pool.getSpec().share(),
                        replicas(pool),
                        ready(pool),
                        Standing.of(pool),
                        PoolStatus.unready(pool, at),
                        PoolStatus.trouble(pool)
                                .map(it -> new Rollout.Trouble(PoolStatus.lacksRoom(it), it.message()))))
                .toList();
    }

    /**
     * Whether the objective is met, as the gateways measured it: at most one in a hundred late, and no more failed than
     * allowed.
     *
     * @return empty: nothing was measured, or not lately
     */
    public Optional<Boolean> sloMet() {
        double errors =
                Percentage.parse("slo.maxErrorRate", deployment.getSpec().slo().maxErrorRate());
        return freshDemand().flatMap(DemandSummary::attainment).map(attainment -> attainment >= 0.99 - errors);
    }

    /** Whether the objective is missed although no replica can be added. */
    public boolean sloBroken() {
        int replicas = pools.stream().mapToInt(Observation::replicas).sum();
        return sloMet().filter(met -> !met).isPresent()
                && replicas >= deployment.getSpec().scaling().maxReplicas();
    }

    /** What a pool should run. */
    public static int replicas(ServingPool pool) {
        return pool.getSpec().replicas() == null ? 1 : pool.getSpec().replicas();
    }

    /** What of a pool serves. */
    public static int ready(ServingPool pool) {
        return pool.getStatus() == null || pool.getStatus().readyReplicas() == null
                ? 0
                : pool.getStatus().readyReplicas();
    }
}
