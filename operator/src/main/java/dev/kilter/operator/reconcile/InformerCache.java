package dev.kilter.operator.reconcile;

import dev.kilter.operator.apply.Cache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.ManagedInformerEventSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An informer's cache that sees our own writes before the watch tells of them.
 *
 * @param source the informer
 */
record InformerCache<R extends HasMetadata>(ManagedInformerEventSource<R, ?, ?> source) implements Cache<R> {

    /** The cache that a reconciler's own resources come from. */
    static <P extends HasMetadata> InformerCache<P> ofPrimary(Context<P> context) {
        return new InformerCache<>(context.eventSourceRetriever().getControllerEventSource());
    }

    @Override
    public Optional<R> get(String namespace, String name) {
        return source.get(new ResourceID(name, namespace));
    }

    @Override
    public void wrote(Optional<R> before, R now) {
        ResourceID id = ResourceID.fromResource(now);
        if (before.isPresent()) {
            source.handleRecentResourceUpdate(id, now, before.get());
        } else {
            source.handleRecentResourceCreate(id, now);
        }
    }

    /** All of a namespace, by name. */
    List<R> in(String namespace) {
        return source.list(namespace, any -> true)
                .map(each -> get(namespace, each.getMetadata().getName()).orElse(each))
                .sorted(Comparator.comparing(each -> each.getMetadata().getName()))
                .toList();
    }

    /** All of a kind that knows no namespaces, by name. */
    List<R> all() {
        return source.list(any -> true)
                .sorted(Comparator.comparing(each -> each.getMetadata().getName()))
                .toList();
    }
}
