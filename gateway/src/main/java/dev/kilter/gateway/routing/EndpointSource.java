package dev.kilter.gateway.routing;

import java.util.function.BiConsumer;

/** Where the pods of each pool come from. A source that loses its origin keeps quiet: the last state stays in force. */
public interface EndpointSource extends AutoCloseable {

    /**
     * Starts to deliver: for each pool, by its name, all its endpoints as they are now; again on each change, whole. A
     * pool that is gone is delivered as {@link PoolEndpoints#NONE}. Never two calls of the listener at a time.
     */
    void start(BiConsumer<String, PoolEndpoints> listener);

    /** Whether all that is there at the start was delivered once; from then on it stays so. */
    boolean known();

    /** Ends the delivery. */
    @Override
    void close();
}
