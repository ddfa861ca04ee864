package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.serving.VersionPolicy;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models in a folder, laid out as Triton lays out a model repository: {@code NAME/VERSION/model.onnx}, or
 * {@code NAME/model.onnx}, which is version 1.
 *
 * @param defaults of every model: its {@code name} and {@code variants} are those of the file
 * @param policy which versions are served
 */
public record ModelFolder(Path folder, RuntimeConfig.Model defaults, VersionPolicy policy) implements ModelRepository {

    private static final Logger LOG = LoggerFactory.getLogger(ModelFolder.class);
    private static final String FILE = "model.onnx";
    private static final String VARIANT = "default";

    @Override
    public List<String> names() {
        return folders(folder).stream().filter(ConfigCheck::isName).sorted().toList();
    }

    @Override
    public List<ModelVersion> find(String name) {
        Path home = folder.resolve(ConfigCheck.isName(name) ? name : ".");
        if (!ConfigCheck.isName(name) || !Files.isDirectory(home)) {
            return List.of();
        }
        SortedSet<Long> available = new TreeSet<>();
        for (String child : folders(home)) {
            if (child.matches("[1-9]\\d{0,17}")) { // as Triton has it: what begins with 0 is no version
                available.add(Long.valueOf(child));
            }
        }
        if (available.isEmpty()) {
            available.add(1L);
        }
        return policy.choose(available).stream()
                .map(version -> version(name, version, home))
                .toList();
    }

    private ModelVersion version(String name, long version, Path home) {
        Path inVersion = home.resolve(Long.toString(version)).resolve(FILE);
        Path file = Files.exists(inVersion) || version != 1 ? inVersion : home.resolve(FILE);
        RuntimeConfig.Variant variant =
                new RuntimeConfig.Variant(VARIANT, file.toUri().toString(), Optional.empty(), "fp32");
        RuntimeConfig.Model config = new RuntimeConfig.Model(
                name,
                defaults.task(),
                List.of(variant),
                VARIANT,
                defaults.maxBatchSize(),
                defaults.maxDelayMillis(),
                defaults.sloMillis(),
                defaults.embedding());
        Optional<String> fault = Files.isRegularFile(file)
                ? Optional.empty()
                : Optional.of("version " + version + ": " + file + ": not there (expected: an ONNX model)");
        return new ModelVersion(Long.toString(version), config, policy, fault);
    }

    private static List<String> folders(Path parent) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(parent, Files::isDirectory)) {
            SortedSet<String> names = new TreeSet<>();
            children.forEach(child -> names.add(child.getFileName().toString()));
            return List.copyOf(names);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("model repository: {} cannot be read: {}", parent, e.toString());
            return List.of();
        }
    }
}
