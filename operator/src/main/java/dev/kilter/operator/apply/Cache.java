package dev.kilter.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * The objects of one kind as last seen. What it returns is shared: never change it.
 *
 * @param <R> the kind
 */
public interface Cache<R extends HasMetadata> {

    /** The object as last seen. */
    Optional<R> get(String namespace, String name);

    /** Takes in an object that was just written, so that the next look sees it before the watch tells. */
    void wrote(Optional<R> before, R now);
}
