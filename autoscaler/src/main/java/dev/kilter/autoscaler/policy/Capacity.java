package dev.kilter.autoscaler.policy;

import dev.kilter.core.ServiceCurve;
import dev.kilter.core.capacity.Replica;
import dev.kilter.core.scaling.PodLoads;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingSettings;
import java.util.Optional;

/**
 * What replicas are to carry. Several together carry more than each alone, as one is seldom short when all are: by the
 * square-root rule (Halfin and Whitt, 1981), through what one carries and what it could answer at most.
 *
 * @param full requests a second that one carries within the objective
 * @param saturation requests a second that one answers at most; {@code full} where only that is known
 * @param planned share of it that is planned to be used
 * @param correctable whether a missed objective may lower it
 * @param source where the figure comes from, for people
 */
record Capacity(double full, double saturation, double planned, boolean correctable, String source) {

    /** Below this the engines' busy time says nothing of what they could carry. */
    private static final double IDLE = 0.05;

    /**
     * Empty: nothing is known yet.
     *
     * @param factor of what was told, as far as it proved wrong
     * @param used share of it that is planned to be used
     */
    static Optional<Capacity> of(
            PoolObservation pool, ScalingSettings settings, PolicySettings policy, double factor, double used) {
        if (settings.requestsPerSecondPerReplica().isPresent()) {
            double asked = settings.requestsPerSecondPerReplica().getAsDouble();
            return Optional.of(new Capacity(asked, asked, 1, false, Figures.rate(asked) + " a replica as asked"));
        }
        if (pool.capacityPerReplica().isPresent()
                && sensible(pool.capacityPerReplica().getAsDouble())) {
            double measured = pool.capacityPerReplica().getAsDouble();
            double room = learnt(pool, settings).map(Capacity::room).orElse(1.0);
            return Optional.of(corrected(measured, room, factor, used, "as measured"));
        }
        return learnt(pool, settings)
                .map(replica -> corrected(replica.capacity(), room(replica), factor, used, "as learnt"))
                .or(() -> busy(pool, policy));
    }

    /** What so many replicas are planned to carry together, in requests a second. */
    double carriedBy(int replicas) {
        double root = (Math.sqrt(slack() * slack() + 4 * replicas) - slack()) / 2;
        return planned * saturation * root * root;
    }

    /** How many replicas are planned for so many requests a second. */
    double neededFor(double perSecond) {
        double load = perSecond / (planned * saturation);
        return load + slack() * Math.sqrt(load);
    }

    /** Replicas that are kept free at a load of one, in replicas. */
    private double slack() {
        double load = full / saturation;
        return (1 - load) / Math.sqrt(load);
    }

    private static Capacity corrected(double told, double room, double factor, double used, String source) {
        double full = told * factor;
        String lowered = factor < 1 ? ", lowered to " + Figures.percent(factor) + " of it" : "";
        return new Capacity(
                full,
                full * room,
                used,
                true,
                Figures.percent(used) + " of " + Figures.rate(told) + " a replica " + source + lowered);
    }

    /**
     * From the service curve that the pods learnt, no further than the batch sizes that they have seen; coarse, because
     * a curve that keeps moving a little asks the same question again, whose answer is remembered.
     */
    private static Optional<Replica> learnt(PoolObservation pool, ScalingSettings settings) {
        if (settings.p99().isEmpty() || pool.pods().learntCurve().isEmpty()) {
            return Optional.empty();
        }
        ServiceCurve curve = pool.pods().learntCurve().get().coarse();
        Replica replica = new Replica(
                curve,
                Math.max(1, pool.engineInstances()),
                Math.min(curve.largestMeasuredBatch(), pool.operatingPoint().maxBatchSize()),
                pool.operatingPoint().maxDelay(),
                settings.p99().get());
        return Optional.of(replica).filter(r -> sensible(r.capacity()));
    }

    /** What it could answer at most against what it carries. */
    private static double room(Replica replica) {
        return Math.max(1, replica.saturation() / replica.capacity());
    }

    /** From how busy the engines are with what they answer; a long queue means that they give all they can. */
    private static Optional<Capacity> busy(PoolObservation pool, PolicySettings policy) {
        PodLoads pods = pool.pods();
        if (pods.busyFraction().isEmpty() || pods.answeredPerSecond().isEmpty()) {
            return Optional.empty();
        }
        boolean queues = pods.queued() >= 2.0 * pool.operatingPoint().maxBatchSize();
        double busy = queues ? 1 : Math.min(1, pods.busyFraction().getAsDouble());
        double full = pods.answeredPerSecond().getAsDouble() / busy;
        if (busy < IDLE || !sensible(full)) {
            return Optional.empty();
        }
        return Optional.of(new Capacity(
                full,
                full,
                policy.targetBusy(),
                false,
                Figures.percent(policy.targetBusy()) + " busy engines, unmeasured"));
    }

    private static boolean sensible(double perSecond) {
        return perSecond > 0 && Double.isFinite(perSecond);
    }
}
