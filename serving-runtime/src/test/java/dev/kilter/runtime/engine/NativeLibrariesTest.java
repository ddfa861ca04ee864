package dev.kilter.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.runtime.engine.NativeLibraries.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {

    /** A small file that only the tokenizer's jar has. */
    private static final Library LIBRARY =
            new Library("small", "unused", "", List.of("native/lib/tokenizers.properties"));

    @TempDir
    private Path folder;

    @Test
    void unpacksOnceAndFindsItFromThenOn() throws IOException {
        NativeLibraries libraries = new NativeLibraries(Optional.empty(), folder.resolve("native"));

        Path unpacked = libraries.folder(LIBRARY).orElseThrow();
        Path file = unpacked.resolve("tokenizers.properties");
        assertThat(file).content().contains("version");
        Files.writeString(file, "x".repeat((int) Files.size(file))); // as long as before: nobody reads it to compare
        assertThat(libraries.folder(LIBRARY)).contains(unpacked);

        assertThat(file).content().startsWith("xxx");
        try (Stream<Path> left = Files.list(folder.resolve("native"))) {
            assertThat(left).containsExactly(unpacked);
        }
    }

    @Test
    void takesWhatABuildHasUnpackedAndWritesNothing() throws IOException {
        Path built = folder.resolve("built");
        Path there =
                new NativeLibraries(Optional.empty(), built).folder(LIBRARY).orElseThrow();

        NativeLibraries libraries = new NativeLibraries(Optional.of(built), folder.resolve("cache"));

        assertThat(libraries.folder(LIBRARY)).contains(there);
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void unpacksItselfWhereABuildHasOtherFiles() throws IOException {
        Path built = Files.createDirectories(folder.resolve("built"));
        NativeLibraries libraries = new NativeLibraries(Optional.of(built), folder.resolve("cache"));

        assertThat(libraries.folder(LIBRARY).orElseThrow()).startsWith(folder.resolve("cache"));
    }

    @Test
    void mendsAFileThatACrashLeftCutOff() throws IOException {
        NativeLibraries libraries = new NativeLibraries(Optional.empty(), folder);
        Path unpacked = libraries.folder(LIBRARY).orElseThrow();
        Files.writeString(unpacked.resolve("tokenizers.properties"), "");

        assertThat(libraries.folder(LIBRARY)).contains(unpacked);

        assertThat(unpacked.resolve("tokenizers.properties")).content().contains("version");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(unpacked);
        }
    }

    @Test
    void leavesAloneWhatNoJarHas() throws IOException {
        NativeLibraries libraries = new NativeLibraries(Optional.empty(), folder);

        assertThat(libraries.folder(new Library("none", "unused", "", List.of("no/such/library.so"))))
                .isEmpty();
        assertThat(folder).isEmptyDirectory();
    }
}
