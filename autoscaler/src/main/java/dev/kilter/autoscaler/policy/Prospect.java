package dev.kilter.autoscaler.policy;

import dev.kilter.autoscaler.forecast.Forecaster;
import dev.kilter.autoscaler.forecast.Rates;
import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PoolObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The demand that replicas are to be there for: those that are asked for now serve only after their start.
 *
 * @param perSecond requests a second, over all revisions
 * @param reliance how far lesser variants can be relied on until then, 0..1
 * @param forecaster with what is seen now
 * @param reasons where the rate comes from; empty: it is what arrives
 */
record Prospect(double perSecond, double reliance, Forecaster forecaster, List<String> reasons) {

    /** A decision now is followed by another so much later; until then it has to do. */
    private static final Duration NEXT_LOOK = Duration.ofSeconds(2);

    static Prospect of(Observation observation, Map<String, PoolMemory> memories, PolicySettings policy, Instant now) {
        Forecaster before = PolicyState.forecaster(observation.before());
        if (!(observation.demand() instanceof Demand.Measured demand)) {
            return new Prospect(0, 0, before, List.of());
        }
        if (policy.hedge().isEmpty()) {
            return new Prospect(demand.perSecond(), 0, before, List.of());
        }
        double wanted = observation.settings().hedge().orElse(policy.hedge().getAsDouble());
        Duration ahead = startUp(observation, memories).plus(NEXT_LOOK);
        double reliance = reliance(observation, demand, ahead);
        double hedge = policy.hedge(wanted, reliance);
        Rates rates = new Rates(demand.latestPerSecond(), demand.burstPerSecond(), demand.steadyPerSecond());
        Forecaster forecaster = before.seen(rates, ahead, hedge, now);
        Optional<Forecaster.Forecast> forecast = forecaster.forecast(hedge);
        if (forecast.isEmpty()) {
            return new Prospect(demand.perSecond(), reliance, forecaster, List.of());
        }
        List<String> reasons = new ArrayList<>();
        double likely = forecast.get().perSecond();
        reasons.add("%s arrive, up to %s expected in %d s (%s, %s sure%s)"
                .formatted(
                        Figures.rate(demand.burstPerSecond()),
                        Figures.rate(likely),
                        ahead.toSeconds(),
                        forecast.get().reason(),
                        Figures.sure(hedge),
                        instead(reliance)));
        double sure = reliance > 0 ? forecaster.quantile(wanted) : 0;
        double planned = policy.demand(likely, sure, reliance);
        if (planned > likely) {
            reasons.add("%s to plan for, since up to %s may come (%s sure), more than lesser answers are enough for"
                    .formatted(Figures.rate(planned), Figures.rate(sure), Figures.sure(wanted)));
        }
        return new Prospect(planned, reliance, forecaster, reasons);
    }

    /**
     * How far lesser variants can be relied on until replicas that are asked for now serve: wholly where they could
     * answer all that comes until then.
     */
    private static double reliance(Observation observation, Demand.Measured demand, Duration ahead) {
        boolean resident = serving(observation).stream()
                .allMatch(pool -> pool.operatingPoint().lesser().isPresent());
        double until = demand.perSecond() * ahead.toMillis() / 1000;
        return resident && until > 0 ? Math.min(1, demand.lesserLeft() / until) : 0;
    }

    private static String instead(double reliance) {
        return reliance == 0
                ? ""
                : ": a lesser variant could answer " + Figures.percent(reliance) + " of what comes until then";
    }

    /** Of the slowest pool that takes traffic. */
    private static Duration startUp(Observation observation, Map<String, PoolMemory> memories) {
        return serving(observation).stream()
                .map(pool -> memories.get(pool.name()).startUps().typical())
                .max(Duration::compareTo)
                .orElse(StartUps.UNKNOWN);
    }

    private static List<PoolObservation> serving(Observation observation) {
        return observation.pools().stream().filter(pool -> pool.share() > 0).toList();
    }
}
