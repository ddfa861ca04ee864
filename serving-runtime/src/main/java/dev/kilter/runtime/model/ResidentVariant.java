package dev.kilter.runtime.model;

import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import java.util.List;

/**
 * A variant in memory.
 *
 * @param digest of its file, {@code sha256:…}
 * @param fetchSeconds what its files took to come here
 * @param instances at least one; one for each engine thread
 */
public record ResidentVariant(String name, String digest, double fetchSeconds, List<LoadedModel> instances) {
    public ResidentVariant {
        instances = List.copyOf(instances);
    }

    /** What it takes and gives. */
    public Signature signature() {
        return instances.getFirst().signature();
    }
}
