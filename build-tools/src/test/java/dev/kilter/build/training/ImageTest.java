package dev.kilter.build.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTest {

    private static final Instant BUILT = Instant.ofEpochSecond(1);

    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void anEmptyRoot() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
    }

    @Test
    void runsByItsOwnJavaOnItsOwnJarsAndWritesWhatItWouldRead() throws Exception {
        Image image = Image.unpack(archive("-XX:AOTCache=/app/startup/startup.aot"), root);

        assertThat(image.command(Path.of("/out/startup.aot")))
                .containsExactly(
                        root + "/opt/java/bin/java",
                        "-Xmx1g",
                        "-XX:AOTCacheOutput=/out/startup.aot",
                        "-cp",
                        root + "/app/classpath/own.jar:" + root + "/app/libs/other.jar",
                        "dev.kilter.Main");
        assertThat(image.environment()).containsEntry("GREETING", "a=b");
    }

    @Test
    void keepsTheTimesOfFilesWhichTheJvmCompares() throws Exception {
        Image.unpack(archive("-XX:AOTCache=/app/startup.aot"), root);

        assertThat(Files.getLastModifiedTime(root.resolve("app/libs/other.jar")))
                .isEqualTo(FileTime.from(BUILT));
    }

    @Test
    void refusesAnImageThatWouldNotReadTheCache() throws Exception {
        Image image = Image.unpack(archive("-XX:+UseSerialGC"), root);

        assertThatThrownBy(() -> image.command(Path.of("/out/startup.aot")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no -XX:AOTCache=");
    }

    @Test
    void refusesAFileThatIsNoArchive() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no archive");

        assertThatThrownBy(() -> Image.unpack(text, root)).hasMessageContaining("tar cannot unpack it");
    }

    /** As Jib writes it: a manifest, a configuration, compressed layers. */
    private Path archive(String flag) throws IOException, InterruptedException {
        Path layer = Files.createDirectories(folder.resolve("layer"));
        Path java = write(layer.resolve("opt/java/bin/java"));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        write(layer.resolve("app/classpath/own.jar"));
        write(layer.resolve("app/libs/other.jar"));
        Files.writeString(layer.resolve("app/jib-classpath-file"), "/app/classpath/own.jar:/app/libs/other.jar");
        Path parts = Files.createDirectories(folder.resolve("parts"));
        tar(parts.resolve("one.tar.gz"), layer, "-z", List.of("opt", "app"));
        Files.writeString(parts.resolve("config.json"), """
                {"config":{"Env":["PATH=/usr/bin:/opt/java/bin","GREETING=a=b"],"Labels":{},
                "Entrypoint":["java","-Xmx1g","%s","-cp","@/app/jib-classpath-file","dev.kilter.Main"]}}""".formatted(flag));
        Files.writeString(parts.resolve("manifest.json"), """
                [{"Config":"config.json","RepoTags":["kilter/x:1"],"Layers":["one.tar.gz"]}]""");
        Path archive = folder.resolve("image.tar");
        tar(archive, parts, "-v", List.of("manifest.json", "config.json", "one.tar.gz"));
        return archive;
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, file.getFileName().toString());
        return Files.setLastModifiedTime(file, FileTime.from(BUILT));
    }

    private static void tar(Path archive, Path folder, String option, List<String> files)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("tar", "-C", folder.toString(), option, "-cf", archive.toString()));
        command.addAll(files);
        Process tar = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(tar.waitFor()).isZero();
    }
}
