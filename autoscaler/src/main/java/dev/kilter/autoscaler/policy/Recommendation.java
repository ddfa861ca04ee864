package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one pool should have, before damping.
 *
 * @param reasons at least one
 */
record Recommendation(int replicas, List<String> reasons) {

    /**
     * @param wanted what the rate asks of this pool, within the bounds
     * @param asked the same without bounds and tolerance
     * @param limit which of the bounds keeps that from being there; empty: none
     * @param rate of the pool's revision
     */
    static Recommendation of(
            Fill.Candidate candidate,
            int wanted,
            int asked,
            Optional<String> limit,
            double rate,
            Observation observation) {
        PoolObservation pool = candidate.pool();
        List<String> reasons = new ArrayList<>();
        reasons.add(candidate
                .capacity()
                .map(capacity -> Figures.rate(rate) + " at " + capacity.source())
                .orElse(Figures.rate(rate) + ", capacity not yet known: count kept"));
        if (asked > wanted && limit.isPresent()) {
            reasons.add("%d would be needed, %s".formatted(asked, limit.get()));
        }
        int replicas = wanted;
        Optional<String> guard = guard(pool, observation.settings());
        if (guard.isPresent()) {
            replicas = Math.max(pool.replicas(), wanted + 1);
            reasons.add(guard.get());
        }
        Optional<String> unseen = unseen(pool, observation.demand());
        if (unseen.isPresent() && replicas < pool.replicas()) {
            replicas = pool.replicas();
            reasons.add("not scaled in: " + unseen.get());
        }
        return new Recommendation(replicas, reasons);
    }

    /** One replica more than the rate asks for, and no more: a GPU's utilisation saturates at one busy request. */
    private static Optional<String> guard(PoolObservation pool, ScalingSettings settings) {
        return above("utilization", pool.pods().acceleratorUtilization(), settings.maxAcceleratorUtilization())
                .or(() -> above("memory", pool.pods().acceleratorMemory(), settings.maxAcceleratorMemory()));
    }

    private static Optional<String> above(String what, OptionalDouble measured, OptionalDouble max) {
        if (measured.isEmpty() || max.isEmpty() || measured.getAsDouble() <= max.getAsDouble()) {
            return Optional.empty();
        }
        return Optional.of("accelerator " + what + " " + Figures.percent(measured.getAsDouble()) + " above "
                + Figures.percent(max.getAsDouble()) + ": one more than the rate asks for, none taken");
    }

    private static Optional<String> unseen(PoolObservation pool, Demand demand) {
        if (demand instanceof Demand.Measured measured && measured.partial()) {
            return Optional.of("some gateway does not report");
        }
        if (pool.pods().partial()) {
            return Optional.of("%d of %d ready pods report"
                    .formatted(pool.pods().reporting(), pool.pods().expected()));
        }
        return Optional.empty();
    }
}
