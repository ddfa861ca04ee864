package dev.kilter.autoscaler.policy;

import dev.kilter.autoscaler.forecast.Forecaster;
import dev.kilter.autoscaler.forecast.Rates;
import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The demand that replicas are to be there for: those that are asked for now serve only after their start.
 *
 * @param perSecond requests a second, over all revisions
 * @param forecaster with what is seen now
 * @param reasons where the rate comes from; empty: it is what arrives
 */
record Prospect(double perSecond, Forecaster forecaster, List<String> reasons) {

    /** A decision now is followed by another so much later; until then it has to do. */
    private static final Duration NEXT_LOOK = Duration.ofSeconds(2);

    static Prospect of(Observation observation, Map<String, PoolMemory> memories, PolicySettings policy, Instant now) {
        Forecaster before = PolicyState.forecaster(observation.before());
        if (!(observation.demand() instanceof Demand.Measured demand)) {
            return new Prospect(0, before, List.of());
        }
        if (policy.hedge().isEmpty()) {
            return new Prospect(demand.perSecond(), before, List.of());
        }
        double hedge = policy.hedge().getAsDouble();
        Duration ahead = startUp(observation, memories).plus(NEXT_LOOK);
        Rates rates = new Rates(demand.latestPerSecond(), demand.burstPerSecond(), demand.steadyPerSecond());
        Forecaster forecaster = before.seen(rates, ahead, hedge, now);
        return forecaster
                .forecast(hedge)
                .map(forecast -> new Prospect(
                        forecast.perSecond(),
                        forecaster,
                        List.of("%s arrive, up to %s expected in %d s (%s, %s sure)"
                                .formatted(
                                        Figures.rate(demand.burstPerSecond()),
                                        Figures.rate(forecast.perSecond()),
                                        ahead.toSeconds(),
                                        forecast.reason(),
                                        Figures.percent(hedge)))))
                .orElseGet(() -> new Prospect(demand.perSecond(), forecaster, List.of()));
    }

    /** Of the slowest pool that takes traffic. */
    private static Duration startUp(Observation observation, Map<String, PoolMemory> memories) {
        return observation.pools().stream()
                .filter(pool -> pool.share() > 0)
                .map(PoolObservation::name)
                .map(name -> memories.get(name).startUps().typical())
                .max(Duration::compareTo)
                .orElse(StartUps.UNKNOWN);
    }
}
