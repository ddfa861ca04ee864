package dev.kilter.gateway.local;

import dev.kilter.gateway.routing.EndpointSource;
import dev.kilter.gateway.routing.PodAddress;
import dev.kilter.gateway.routing.PoolEndpoints;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Endpoints held in memory; threads may set them at any time, before the gateway starts or after. */
public final class InMemoryEndpoints implements EndpointSource {

    private final Map<String, PoolEndpoints> pools = new LinkedHashMap<>();
    private Optional<BiConsumer<String, PoolEndpoints>> listener = Optional.empty();

    /** Replaces the endpoints of one pool. In force when this returns, if the gateway runs. */
    public synchronized void set(String pool, PoolEndpoints endpoints) {
        pools.put(pool, endpoints);
        listener.ifPresent(l -> l.accept(pool, endpoints));
    }

    /** Replaces the ready pods of one pool; none are leaving. */
    public void setReady(String pool, List<PodAddress> ready) {
        set(pool, PoolEndpoints.ofReady(ready));
    }

    @Override
    public synchronized void start(BiConsumer<String, PoolEndpoints> newListener) {
        listener = Optional.of(newListener);
        pools.forEach(newListener);
    }

    @Override
    public boolean known() {
        return true; // Delivered before start returns.
    }

    @Override
    public synchronized void close() {
        listener = Optional.empty();
    }
}
