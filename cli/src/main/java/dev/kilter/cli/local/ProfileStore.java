package dev.kilter.cli.local;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.operator.build.Hashes;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** ModelProfiles as files, one for each model source. */
final class ProfileStore {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private final Path folder;

    ProfileStore(Path folder) {
        this.folder = folder;
    }

    /** What was measured of the deployment's variants on such a machine, as long as the model files are the same. */
    List<ModelProfile> of(InferenceDeployment deployment, LocalMachine machine) {
        return deployment.getSpec().model().variants().stream()
                .flatMap(variant -> find(variant).stream())
                .filter(profile -> machine.product().equals(profile.getSpec().nodeProduct()))
                .toList();
    }

    /** Writes it; the file that it is in. */
    Path keep(ModelProfile profile) {
        Path file = folder.resolve(profile.getMetadata().getName() + ".yaml");
        try {
            Files.createDirectories(folder);
            Files.writeString(file, YAML.asYaml(profile));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ModelProfile> find(Variant variant) {
        Path file = folder.resolve(Hashes.of(variant.uri()) + "-" + LocalMachine.CLASS + ".yaml");
        try {
            ModelProfile profile = YAML.unmarshal(Files.readString(file), ModelProfile.class);
            return isNewer(variant.uri(), profile) ? Optional.empty() : Optional.of(profile);
        } catch (IOException | RuntimeException missingOrDamaged) {
            return Optional.empty();
        }
    }

    /** Whether the model is a file that was written after it was measured. */
    private static boolean isNewer(String uri, ModelProfile profile) throws IOException {
        return uri.startsWith("file:")
                && Files.getLastModifiedTime(Path.of(URI.create(uri)))
                        .toInstant()
                        .isAfter(Instant.parse(profile.getMetadata().getCreationTimestamp()));
    }
}
