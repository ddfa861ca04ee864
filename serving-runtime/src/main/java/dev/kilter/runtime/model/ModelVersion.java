package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.serving.VersionPolicy;
import java.util.Optional;

/**
 * One version of a model as its repository describes it.
 *
 * @param number as in request paths: a whole number from 1
 * @param policy by which it was chosen
 * @param fault why it cannot be loaded, where the description itself tells
 */
public record ModelVersion(String number, RuntimeConfig.Model config, VersionPolicy policy, Optional<String> fault) {

    /** The only version of a model that is configured, not found in a folder. */
    static ModelVersion only(RuntimeConfig.Model config) {
        return new ModelVersion("1", config, VersionPolicy.Latest.NEWEST, Optional.empty());
    }
}
