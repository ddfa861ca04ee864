package dev.kilter.gateway.local;

import dev.kilter.gateway.routing.RouteSource;
import dev.kilter.protocol.RouteTable;
import java.util.Optional;
import java.util.function.Consumer;

/** A route table held in memory; threads may publish at any time, before the gateway starts or after. */
public final class InMemoryRoutes implements RouteSource {

    private Optional<RouteTable> latest = Optional.empty();
    private Optional<Consumer<RouteTable>> listener = Optional.empty();

    /** Replaces the table. In force when this returns, if the gateway runs. */
    public synchronized void publish(RouteTable table) {
        latest = Optional.of(table);
        listener.ifPresent(l -> l.accept(table));
    }

    @Override
    public synchronized void start(Consumer<RouteTable> newListener) {
        listener = Optional.of(newListener);
        latest.ifPresent(newListener);
    }

    @Override
    public synchronized void close() {
        listener = Optional.empty();
    }
}
