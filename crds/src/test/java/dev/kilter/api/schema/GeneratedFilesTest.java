package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is committed is what the records say. */
class GeneratedFilesTest {

    @ParameterizedTest
    @MethodSource("dev.kilter.api.schema.Crds#kinds")
    void theCommittedCrdIsTheGeneratedOne(Class<? extends CustomResource<?, ?>> kind) throws IOException {
        Golden.check(Path.of(Crds.fileName(kind)), Crds.yaml(kind));
    }

    @Test
    void theCommittedReferenceIsTheGeneratedOne() throws IOException {
        Golden.check(Path.of("../docs/api-reference.md"), new ApiReference().markdown());
    }

    @Test
    void theFolderHoldsNoOtherYaml() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            assertThat(files.map(Path::toString).filter(name -> name.matches(".*\\.(ya?ml|json)")))
                    .containsExactlyInAnyOrderElementsOf(
                            Crds.KINDS.stream().map(Crds::fileName).toList());
        }
    }
}
