package dev.kilter.gateway.routing;

import dev.kilter.protocol.RouteTable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What routes and endpoints add up to. Sources write, one call at a time; event loops read without a lock.
 *
 * <p>Endpoints of pools without a route are kept: the route may arrive after them.
 */
public final class RoutingTable {

    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private volatile Optional<Map<String, ModelRoute>> models = Optional.empty();

    /** Whether a route table has ever arrived. */
    public boolean known() {
        return models.isPresent();
    }

    /** The route of a model. */
    public Optional<ModelRoute> model(String name) {
        return models.map(m -> m.get(name));
    }

    /** All routes, in the table's order. */
    public Collection<ModelRoute> models() {
        return models.map(Map::values).orElseGet(List::of);
    }

    /** All pods that may be called. */
    public Stream<Pod> pods() {
        return pools.values().stream().flatMap(p -> Stream.concat(p.ready().stream(), p.leaving().stream()));
    }

    /** Replaces the routes. */
    public synchronized void routes(RouteTable table) {
        Map<String, ModelRoute> next = new LinkedHashMap<>();
        for (RouteTable.Model model : table.models()) {
            next.put(
                    model.name(),
                    new ModelRoute(
                            model.name(),
                            model.sloMillis(),
                            model.maxDegradedShare().orElse(0.0),
                            model.revisions().stream().map(this::revision).toList()));
        }
        models = Optional.of(next);
        forgetUnused();
    }

    private ModelRoute.Revision revision(RouteTable.Revision revision) {
        return new ModelRoute.Revision(
                revision.name(),
                revision.share(),
                revision.candidate().orElse(false),
                revision.pools().stream().map(this::planned).toList());
    }

    private Pool planned(RouteTable.Pool planned) {
        Pool pool = pools.computeIfAbsent(planned.name(), Pool::new);
        pool.plan(planned.podWeight());
        return pool;
    }

    /** Replaces the endpoints of one pool. */
    public synchronized void endpoints(String pool, PoolEndpoints endpoints) {
        pools.computeIfAbsent(pool, Pool::new).replace(endpoints);
        forgetUnused();
    }

    private void forgetUnused() {
        Set<Pool> routed = models().stream().flatMap(m -> m.pools().stream()).collect(Collectors.toSet());
        pools.values().removeIf(p -> p.isEmpty() && !routed.contains(p));
    }

    /** Compares the pods of each pool by what they answered since the last call; to be called every few 100 ms. */
    public synchronized void learnPaces() {
        pools.values().forEach(Pool::learnPaces);
    }
}
