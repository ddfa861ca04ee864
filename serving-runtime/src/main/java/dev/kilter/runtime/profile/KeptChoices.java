package dev.kilter.runtime.profile;

import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.source.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Choices of threads that earlier starts measured: a file of JSON for each, in a folder that processes may share. Its
 * name comes from what was asked; it counts only for the same machine and engine, and for a model of the same digest.
 */
final class KeptChoices {

    private static final Logger LOG = LoggerFactory.getLogger(KeptChoices.class);

    private final Path folder;
    private final String machine;

    /** @param machine processor and engine, as far as a choice depends on them */
    KeptChoices(Path folder, String machine) {
        this.folder = folder;
        this.machine = machine;
    }

    /**
     * What was asked.
     *
     * @param cores that the instances share
     */
    record Asked(String uri, String task, int maxBatchSize, String provider, int instances, int cores) {
        static Asked of(
                RuntimeConfig.Model model, RuntimeConfig.Variant variant, RuntimeConfig.Engine engine, int cores) {
            return new Asked(
                    variant.uri(), model.task(), model.maxBatchSize(), engine.provider(), engine.instances(), cores);
        }
    }

    /**
     * What was chosen.
     *
     * @param machine that it was measured on
     * @param digest of the model that it was measured with
     * @param reason the choice's own
     */
    record Kept(Asked asked, String machine, String digest, int threads, String reason) {
        Kept {
            if (threads < 1 || digest == null || reason == null) {
                throw new IllegalArgumentException(
                        "threads: " + threads + " for " + digest + " (expected: >= 1, for a digest, with a reason)");
            }
        }
    }

    /** The choice for that, made on this machine; empty: none, or none that can be read. */
    Optional<Kept> find(Asked asked) {
        Path file = file(asked);
        try {
            Kept kept = Json.read(Files.readString(file), Kept.class);
            return Optional.ofNullable(kept).filter(k -> asked.equals(k.asked()) && machine.equals(k.machine()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.info("{}: not read, so threads are measured anew: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps it for later starts, if it can. */
    void keep(Asked asked, String digest, ThreadChoice choice) {
        Path file = file(asked);
        try {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempFile(folder, "unfinished", null);
            Files.writeString(
                    unfinished, Json.write(new Kept(asked, machine, digest, choice.threads(), choice.reason())));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.info("{}: not kept, so the next start measures threads again: {}", file, e.toString());
        }
    }

    private Path file(Asked asked) {
        return folder.resolve(Sha256.of(asked.toString()).replace(':', '-') + ".json");
    }
}
