package dev.kilter.runtime.engine;

import java.net.URI;
import java.nio.file.Path;

/**
 * A model on this machine.
 *
 * @param uri where it came from, for messages; carries no secret
 * @param path the file; for an emulated model, which has none, the empty path
 * @param digest {@code sha256:…} of the file's bytes
 */
public record ModelFile(URI uri, Path path, String digest) {}
