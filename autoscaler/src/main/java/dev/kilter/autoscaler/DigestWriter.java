package dev.kilter.autoscaler;

import java.util.SortedMap;

/** Pins what the first pod of a pool loaded, so that its later pods refuse another file. */
@FunctionalInterface
public interface DigestWriter {

    /**
     * Best effort: what was missed is still not pinned at the next tick, and tried again then.
     *
     * @param digests by variant, {@code sha256:…}
     */
    void pin(DeploymentKey deployment, ScalingTarget.Pool pool, SortedMap<String, String> digests);
}
