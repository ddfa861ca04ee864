package dev.kilter.cli.local;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.PoolReader;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.autoscaler.resources.ScalingTargets;
import dev.kilter.core.OperatingPoint;
import java.util.List;
import java.util.OptionalInt;

/** What the autoscaler reads from and writes to the pools, here without an API server between. */
final class LocalScaling implements PoolReader, ScaleWriter {

    private final InferenceDeployment deployment;
    private final LocalOperator operator;
    private final LocalPools processes;
    private final int mostReplicas;

    /** @param mostReplicas that the machine has room for */
    LocalScaling(InferenceDeployment deployment, LocalOperator operator, LocalPools processes, int mostReplicas) {
        this.deployment = deployment;
        this.operator = operator;
        this.processes = processes;
        this.mostReplicas = mostReplicas;
    }

    @Override
    public List<ScalingTarget> read() {
        ScalingTarget target = ScalingTargets.of(deployment, operator.pools());
        return List.of(new ScalingTarget(
                target.key(),
                target.settings(),
                target.sloWindow(),
                target.pools().stream().map(this::onThisMachine).toList()));
    }

    @Override
    public Outcome scale(DeploymentKey key, ScalingTarget.Pool pool, int replicas) {
        operator.scale(pool.name(), replicas);
        return new Outcome.Written();
    }

    private ScalingTarget.Pool onThisMachine(ScalingTarget.Pool pool) {
        return new ScalingTarget.Pool(
                pool.name(),
                pool.revision(),
                pool.share(),
                pool.replicas(),
                processes.find(pool.name()).map(LocalPool::ready).orElse(0),
                OptionalInt.of(mostReplicas),
                pool.capacityPerReplica(),
                pool.costPerReplicaHour(),
                planned(pool),
                pool.engineInstances(),
                pool.place(),
                pool.paused(),
                pool.modelDigests());
    }

    /** As the plan in force says, which moves without a restart; until it names the pool, as it was started. */
    private OperatingPoint planned(ScalingTarget.Pool pool) {
        return operator.plan().pools().stream()
                .filter(planned -> planned.name().equals(pool.name()))
                .findFirst()
                .map(planned -> point(planned, pool.operatingPoint()))
                .orElse(pool.operatingPoint());
    }

    private static OperatingPoint point(Plan.Pool planned, OperatingPoint started) {
        return new OperatingPoint(
                planned.activeVariant(),
                planned.maxBatchSize(),
                started.maxDelay(),
                started.lesser().filter(lesser -> !lesser.variant().equals(planned.activeVariant())));
    }
}
