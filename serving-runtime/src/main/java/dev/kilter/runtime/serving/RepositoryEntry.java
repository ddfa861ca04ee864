package dev.kilter.runtime.serving;

import java.util.Optional;

/**
 * What the repository knows of one version of a model.
 *
 * @param version empty where none was asked for since the process started
 */
public record RepositoryEntry(String name, Optional<String> version, ServedModel.State state) {}
