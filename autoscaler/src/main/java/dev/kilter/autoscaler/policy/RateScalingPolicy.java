package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Behavior;
import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Offered rate against capacity: all that arrives is spread over the pools of each revision that takes traffic, the
 * cheapest first; out at once, in only after a while. Without data counts stay.
 */
public final class RateScalingPolicy implements ScalingPolicy {

    private final PolicySettings policy;

    /** @param policy its parameters */
    public RateScalingPolicy(PolicySettings policy) {
        this.policy = policy;
    }

    /** With the default parameters. */
    public RateScalingPolicy() {
        this(PolicySettings.DEFAULT);
    }

    @Override
    public Decision decide(Observation observation, Instant wall) {
        Instant now = PolicyState.time(observation.before(), wall);
        Map<String, PoolMemory> memories = PolicyState.recall(observation.before(), observation.pools(), policy, now);
        Prospect prospect = Prospect.of(observation, memories, policy, now);
        Outcome outcome = new Outcome(observation, prospect.forecaster(), now);
        if (observation.settings().paused()) {
            return outcome.allKept(memories, "paused by annotation");
        }
        return switch (observation.demand()) {
            case Demand.Unavailable(String reason) -> held(observation, memories, reason, outcome, now);
            case Demand.Measured demand -> followed(observation, memories, demand, prospect, outcome, now);
        };
    }

    private Decision followed(
            Observation observation,
            Map<String, PoolMemory> recalled,
            Demand.Measured demand,
            Prospect prospect,
            Outcome outcome,
            Instant now) {
        ClosedLoop.Result loop = new ClosedLoop(policy).corrected(observation, recalled, demand, now);
        for (Revision revision : Revision.of(observation.pools())) {
            // Each as if it carried all: any moment the one may have to give its share back to the other.
            double rate = prospect.perSecond();
            Fill fill = fill(observation, loop.memories(), revision, prospect.reliance());
            Map<String, Integer> asked = fill.counts(rate);
            Map<String, Integer> wanted = fill.bounded(tolerated(fill, revision, asked, rate, observation));
            Map<String, Damping> damped = new HashMap<>();
            Map<String, List<String>> reasons = new HashMap<>();
            for (Fill.Candidate candidate : fill.bestFirst()) {
                PoolObservation pool = candidate.pool();
                Recommendation recommendation = Recommendation.of(
                        candidate,
                        wanted.get(pool.name()),
                        asked.get(pool.name()),
                        fill.limit(asked),
                        rate,
                        observation);
                Damping damping = Damping.of(
                        loop.memories().get(pool.name()),
                        pool.replicas(),
                        recommendation.replicas(),
                        behavior(observation, pool, loop.memories().get(pool.name())),
                        now);
                damped.put(pool.name(), damping);
                reasons.put(pool.name(), concat(recommendation.reasons(), damping.reasons()));
            }
            settle(fill, damped, reasons, outcome);
        }
        return outcome.decision(
                loop.memories(), false, concat(prospect.reasons(), concat(demand.notes(), loop.reasons())));
    }

    /** Counts stay, but for the bounds, which need no data. What stays counts as recommended: nothing falls at once. */
    private Decision held(
            Observation observation, Map<String, PoolMemory> memories, String why, Outcome outcome, Instant now) {
        for (Revision revision : Revision.of(observation.pools())) {
            Map<String, Damping> damped = new HashMap<>();
            Map<String, List<String>> reasons = new HashMap<>();
            for (PoolObservation pool : revision.pools()) {
                PoolMemory memory = memories.get(pool.name());
                damped.put(
                        pool.name(),
                        Damping.of(memory, pool.replicas(), pool.replicas(), behavior(observation, pool, memory), now));
                reasons.put(pool.name(), List.of("last good count held: " + why));
            }
            settle(fill(observation, memories, revision, 0), damped, reasons, outcome);
        }
        return outcome.decision(memories, true, List.of("metrics are not available: " + why));
    }

    /** The bounds have the last word: neither damping nor missing data may stretch them. */
    private static void settle(
            Fill fill, Map<String, Damping> damped, Map<String, List<String>> reasons, Outcome outcome) {
        Map<String, Integer> counts = new HashMap<>();
        damped.forEach((pool, damping) -> counts.put(pool, damping.replicas()));
        Map<String, Integer> bounded = fill.bounded(counts);
        for (Fill.Candidate candidate : fill.bestFirst()) {
            String name = candidate.pool().name();
            int count = bounded.get(name);
            List<String> why = new ArrayList<>(reasons.get(name));
            if (fill.isStoodInFor(candidate) && count > candidate.pool().placed()) {
                why.add("its class has a node for %d: one more is asked for, others carry the rest"
                        .formatted(candidate.pool().placed()));
            } else if (count != damped.get(name).replicas()) {
                why.add("within " + fill.bounds());
            }
            outcome.set(candidate.pool(), damped.get(name).memory(), count, why);
        }
    }

    /** Within the tolerance of the target everything stays as it is. */
    private Map<String, Integer> tolerated(
            Fill fill, Revision revision, Map<String, Integer> asked, double rate, Observation observation) {
        Behavior behavior = policy.complete(observation.settings().behavior(), StartUps.UNKNOWN);
        double usable = fill.usableNow();
        boolean aboveFloor =
                rate >= usable * (1 - behavior.scaleDown().tolerance().orElse(0));
        boolean belowCeiling =
                rate <= usable * (1 + behavior.scaleUp().tolerance().orElse(0));
        return usable > 0 && aboveFloor && belowCeiling ? revision.present() : asked;
    }

    private Fill fill(Observation observation, Map<String, PoolMemory> memories, Revision revision, double reliance) {
        List<Fill.Candidate> candidates = revision.pools().stream()
                .map(pool -> new Fill.Candidate(
                        pool,
                        Capacity.of(
                                pool,
                                observation.settings(),
                                policy,
                                memories.get(pool.name()).correction().factor(),
                                policy.utilization(reliance))))
                .toList();
        return new Fill(candidates, observation.settings());
    }

    /** What stands in for another pool stays until that one has kept its room for a while. */
    private Behavior behavior(Observation observation, PoolObservation pool, PoolMemory memory) {
        Duration startUp = memory.startUps().typical();
        boolean standsIn = pool.place().rank() > 0 && startUp.compareTo(policy.returnAfter()) < 0;
        return policy.complete(observation.settings().behavior(), standsIn ? policy.returnAfter() : startUp);
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
