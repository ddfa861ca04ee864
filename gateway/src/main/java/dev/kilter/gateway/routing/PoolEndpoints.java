package dev.kilter.gateway.routing;

import java.util.List;

/**
 * The pods of one pool that may be called.
 *
 * @param ready take new requests
 * @param leaving terminate but still serve: they take new requests only while no pod of the model is ready
 */
public record PoolEndpoints(List<PodAddress> ready, List<PodAddress> leaving) {

    /** A pool without pods. */
    public static final PoolEndpoints NONE = new PoolEndpoints(List.of(), List.of());

    public PoolEndpoints {
        ready = List.copyOf(ready);
        leaving = List.copyOf(leaving);
    }

    /** Only ready pods. */
    public static PoolEndpoints ofReady(List<PodAddress> ready) {
        return new PoolEndpoints(ready, List.of());
    }
}
