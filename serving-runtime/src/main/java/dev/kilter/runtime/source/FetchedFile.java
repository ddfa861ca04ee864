package dev.kilter.runtime.source;

import java.nio.file.Path;

/**
 * A file on this machine, complete.
 *
 * @param digest {@code sha256:…}
 */
public record FetchedFile(ModelUri uri, Path path, String digest) {}
