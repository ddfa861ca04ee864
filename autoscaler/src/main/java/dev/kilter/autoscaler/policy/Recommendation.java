package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        GpuGuards gpus = GpuGuards.of(pool.pods().gpus(), observation.settings());
        reasons.addAll(gpus.told());
        int asking = gpus.exceeded() ? wanted + 1 : wanted;
        int replicas = gpus.exceeded() || gpus.blind() ? Math.max(pool.replicas(), asking) : asking;
        Optional<String> unseen = unseen(pool, observation.demand());
        if (unseen.isPresent() && replicas < pool.replicas()) {
            replicas = pool.replicas();
            reasons.add("not scaled in: " + unseen.get());
        }
        return new Recommendation(replicas, reasons);
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
