package dev.kilter.api.reading;

import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;

/**
 * What a text held.
 *
 * @param resources of Kilter's kinds, in their order; those with a violation are left out
 * @param others kinds that are not Kilter's, as {@code KIND NAME}
 * @param violations all that is wrong, each naming the field, the value and what was expected
 */
public record Reading(List<CustomResource<?, ?>> resources, List<String> others, List<String> violations) {
    public Reading {
        resources = List.copyOf(resources);
        others = List.copyOf(others);
        violations = List.copyOf(violations);
    }

    /** The resources of one kind. */
    public <R extends CustomResource<?, ?>> List<R> of(Class<R> kind) {
        return resources.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
