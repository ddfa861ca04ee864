package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.reading.Reading;
import dev.kilter.api.reading.ResourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users start from is right, without a server too. */
class ExamplesTest {

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../examples"))) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleReadsWithoutViolation(Path example) throws IOException {
        Reading reading = ResourceReader.read(Files.readString(example));

        assertThat(reading.violations()).isEmpty();
        assertThat(reading.resources()).isNotEmpty();
    }
}
