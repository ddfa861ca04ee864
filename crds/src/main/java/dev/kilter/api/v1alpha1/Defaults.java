package dev.kilter.api.v1alpha1;

import java.util.List;
import java.util.Map;

/** What stands in for what was left out, where no API server filled it in. */
final class Defaults {

    private Defaults() {}

    static <T> T of(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    static <T> List<T> of(List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }

    /** In the order of the keys, so that what is written does not depend on the reader. */
    static <T> Map<String, T> of(Map<String, T> values) {
        return values == null ? Map.of() : java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(values));
    }
}
