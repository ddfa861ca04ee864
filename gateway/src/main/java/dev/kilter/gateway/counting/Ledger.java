package dev.kilter.gateway.counting;

import dev.kilter.gateway.routing.ModelRoute;
import dev.kilter.gateway.routing.Outcome;
import dev.kilter.gateway.routing.Pool;
import dev.kilter.gateway.routing.RoutingTable;
import dev.kilter.protocol.GatewayLoad;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of all models that were ever routed. They are kept when a model goes, so that they only rise if it
 * returns; names come from the route table alone, so no client can make them grow.
 */
public final class Ledger {

    private final RoutingTable routing;
    private final Map<String, ModelCounters> models = new ConcurrentHashMap<>();
    private final LongAdder unrouted = new LongAdder();

    public Ledger(RoutingTable routing) {
        this.routing = routing;
    }

    /** Follows the objectives of a new route table; to be called when it has taken effect. */
    public void follow() {
        routing.models().forEach(m -> of(m).sloMillis(m.sloMillis()));
    }

    /** The counters of a routed model. */
    public ModelCounters of(ModelRoute model) {
        ModelCounters counters = models.get(model.name());
        return counters != null
                ? counters
                : models.computeIfAbsent(model.name(), name -> new ModelCounters(model.sloMillis()));
    }

    /** A request named no model that is routed. */
    public void unrouted() {
        unrouted.increment();
    }

    long unroutedCount() {
        return unrouted.sum();
    }

    RoutingTable routing() {
        return routing;
    }

    /** The report that the autoscaler scrapes, of the models that are routed now. */
    public GatewayLoad load(long startedAtMillis, long atMillis) {
        return new GatewayLoad(
                startedAtMillis,
                atMillis,
                routing.models().stream().map(this::load).toList());
    }

    private GatewayLoad.Model load(ModelRoute model) {
        ModelCounters counters = of(model);
        return new GatewayLoad.Model(
                model.name(),
                counters.offeredCount(),
                counters.count(Verdict.ANSWERED),
                counters.count(Verdict.REFUSED),
                counters.count(Verdict.FAILED),
                counters.count(Verdict.INVALID),
                counters.withinSloCount(),
                lesserLeft(model),
                counters.sloMillis(),
                counters.latency().cumulative(),
                model.pools().stream().map(Ledger::load).toList());
    }

    /** How many requests lesser variants may still answer now; empty: none ever. */
    Optional<Long> lesserLeft(ModelRoute model) {
        return Optional.of(model.maxDegradedShare())
                .filter(share -> share > 0)
                .map(of(model).lesserAnswers()::left);
    }

    private static GatewayLoad.Pool load(Pool pool) {
        return new GatewayLoad.Pool(
                pool.name(),
                pool.ready().size(),
                pool.outstanding(),
                pool.offered(),
                Optional.of(new GatewayLoad.Outcomes(
                        pool.count(Outcome.MET), pool.count(Outcome.MISSED), pool.count(Outcome.FAILED))));
    }
}
