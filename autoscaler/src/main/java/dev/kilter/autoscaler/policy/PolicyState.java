package dev.kilter.autoscaler.policy;

import dev.kilter.autoscaler.forecast.Forecaster;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this policy remembers of one InferenceDeployment. Immutable.
 *
 * @param at the time of the decision that left it
 * @param forecaster what was learnt of the demand
 */
record PolicyState(Instant at, Map<String, PoolMemory> pools, Forecaster forecaster) implements ScalingState {

    static final Duration FIRST = Duration.ofSeconds(1);

    PolicyState {
        pools = Map.copyOf(pools);
    }

    static Instant time(ScalingState before, Instant now) {
        return before instanceof PolicyState state && state.at().isAfter(now) ? state.at() : now;
    }

    static Forecaster forecaster(ScalingState before) {
        return before instanceof PolicyState state ? state.forecaster() : Forecaster.NEW;
    }

    /**
     * The memory of each pool, brought up to what is seen now: a count that somebody else has set is taken as
     * recommended, so that it stays for as long as any recommendation would.
     */
    static Map<String, PoolMemory> recall(
            ScalingState before, List<PoolObservation> pools, PolicySettings settings, Instant now) {
        Map<String, PoolMemory> recalled = new HashMap<>();
        for (PoolObservation pool : pools) {
            PoolMemory memory = PoolMemory.first(pool.replicas(), pool.readyReplicas(), now);
            if (before instanceof PolicyState state && state.pools().containsKey(pool.name())) {
                PoolMemory known = state.pools().get(pool.name());
                boolean gap = Duration.between(state.at(), now).compareTo(settings.gap()) > 0;
                memory = gap
                        ? known.afterGap(pool.replicas(), pool.readyReplicas(), now)
                        : update(known, pool, counted(pool, pools), state.at(), now);
            }
            recalled.put(pool.name(), memory);
        }
        return recalled;
    }

    /** While others stand in for it, nobody waits for its replicas that have no node: they are no slow starts. */
    private static int counted(PoolObservation pool, List<PoolObservation> pools) {
        boolean stoodInFor = pools.stream()
                .anyMatch(other -> other.revision().equals(pool.revision())
                        && other.place().rank() > pool.place().rank());
        return stoodInFor ? pool.placed() : pool.replicas();
    }

    private static PoolMemory update(PoolMemory known, PoolObservation pool, int counted, Instant before, Instant now) {
        StartUps startUps = known.startUps().seen(counted, pool.readyReplicas(), before, now);
        return counted(known, pool.replicas(), now).withStartUps(startUps);
    }

    private static PoolMemory counted(PoolMemory known, int replicas, Instant now) {
        if (replicas == known.seen()) {
            return known;
        }
        Changes changes = known.changes().with(now, replicas - known.seen());
        boolean ours = replicas == known.decided();
        PoolMemory fresh = PoolMemory.first(replicas, 0, now);
        return new PoolMemory(
                replicas,
                replicas,
                now,
                ours ? known.highest() : fresh.highest(),
                ours ? known.lowest() : fresh.lowest(),
                changes,
                known.correction(),
                known.startUps());
    }
}
