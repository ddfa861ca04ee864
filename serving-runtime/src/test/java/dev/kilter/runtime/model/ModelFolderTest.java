package dev.kilter.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.serving.VersionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {

    @TempDir
    private Path folder;

    private void model(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[0]);
    }

    private ModelFolder with(String policy) {
        RuntimeConfig.Model defaults = new RuntimeConfig.Model(
                "any", "tensor", List.of(), "default", 4, Optional.empty(), Optional.empty(), Optional.empty());
        return new ModelFolder(folder, defaults, VersionPolicy.parse(policy));
    }

    private List<String> versions(String policy, String name) {
        return with(policy).find(name).stream().map(ModelVersion::number).toList();
    }

    @Test
    void aModelIsAFolderWithAFileOrWithOneForEachVersion() throws IOException {
        model("plain/model.onnx");
        model("many/2/model.onnx");
        model(".hidden/1/model.onnx");
        Files.write(folder.resolve("readme.txt"), new byte[0]);
        assertThat(with("latest").names()).containsExactly("many", "plain");
        assertThat(with("latest").find("plain")).singleElement().satisfies(found -> {
            assertThat(found.number()).isEqualTo("1");
            assertThat(found.fault()).isEmpty();
            assertThat(found.config().name()).isEqualTo("plain");
            assertThat(found.config().maxBatchSize()).isEqualTo(4);
            assertThat(found.config().variants().getFirst().uri())
                    .startsWith("file:/")
                    .endsWith("/plain/model.onnx");
        });
        assertThat(with("latest")
                        .find("many")
                        .getFirst()
                        .config()
                        .variants()
                        .getFirst()
                        .uri())
                .endsWith("/many/2/model.onnx");
    }

    @Test
    void thePolicyChoosesAmongTheVersionsByNumber() throws IOException {
        for (String version : List.of("1", "2", "9", "10", "0", "01", "x", "-3")) {
            model("m/" + version + "/model.onnx");
        }
        assertThat(versions("latest", "m")).containsExactly("10");
        assertThat(versions("latest:2", "m")).containsExactly("9", "10");
        assertThat(versions("latest:99", "m")).containsExactly("1", "2", "9", "10");
        assertThat(versions("all", "m")).containsExactly("1", "2", "9", "10");
        assertThat(versions("specific:9,1,9", "m")).containsExactly("1", "9");
    }

    @Test
    void whatIsNotThereIsAVersionThatTellsSo() throws IOException {
        model("m/1/model.onnx");
        Files.createDirectories(folder.resolve("empty"));
        assertThat(with("specific:1,7").find("m"))
                .extracting(version -> version.fault().isPresent())
                .containsExactly(false, true);
        assertThat(with("specific:7").find("m").getFirst().fault().orElseThrow())
                .contains("version 7", "m/7/model.onnx: not there (expected: an ONNX model)");
        assertThat(with("latest").find("empty").getFirst().fault()).isPresent();
    }

    @Test
    void noNameLeadsOutOfTheFolder() throws IOException {
        model("inside/m/model.onnx");
        ModelFolder inside =
                new ModelFolder(folder.resolve("inside"), with("all").defaults(), VersionPolicy.Latest.NEWEST);
        for (String name : List.of("..", "../inside/m", ".", "", "m/", "/etc")) {
            assertThat(inside.find(name)).as(name).isEmpty();
        }
        assertThat(inside.find("m")).isNotEmpty();
        assertThat(inside.find("other")).isEmpty();
        assertThat(new ModelFolder(folder.resolve("gone"), with("all").defaults(), VersionPolicy.Latest.NEWEST).names())
                .isEmpty();
    }

    @Test
    void aPolicyThatCannotBeReadIsRefusedWithWhatWasExpected() {
        for (String bad :
                List.of("", "newest", "latest:", "latest:0", "latest:-1", "specific:", "specific:0", "all:1")) {
            assertThatThrownBy(() -> VersionPolicy.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected");
        }
    }
}
