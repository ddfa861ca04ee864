package dev.kilter.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmulatedEngineTest {

    private static EmulatedCurve curve(String text) {
        return EmulatedCurve.parse(URI.create(text));
    }

    @Test
    void readsCurveReadinessAndJitter() {
        EmulatedCurve curve = curve("emulated:?curve=1:8ms,8:20ms,32:60ms&ready=2s&jitter=0.05");
        assertThat(curve.ready()).isEqualTo(Duration.ofSeconds(2));
        assertThat(curve.jitter()).isEqualTo(0.05);
        assertThat(curve.time(1)).isEqualTo(Duration.ofMillis(8));
        assertThat(curve.time(15)).isEqualTo(Duration.ofNanos(31_666_667));
        assertThat(curve.time(44)).isEqualTo(Duration.ofMillis(80));
        assertThat(curve("emulated:?curve=4:500us").time(1)).isEqualTo(Duration.ofNanos(500_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "emulated:?ready=2s              | a curve",
                "emulated:?curve=8ms             | uri: 8ms (expected: SIZE:TIME",
                "emulated:?curve=0:8ms           | uri: 0:8ms (expected: SIZE:TIME",
                "emulated:?curve=1:8             | uri: 8 (expected: a time as in",
                "emulated:?curve=1:8ms&jitter=2  | uri: 2 (expected: a fraction",
                "emulated:?curve=1:8ms&speed=1   | uri: speed=1 (expected: curve, ready or jitter"
            })
    void tellsWhatItCannotRead(String uri, String message) {
        assertThatThrownBy(() -> curve(uri))
                .hasMessageContaining(message)
                .hasMessageContaining("an example: emulated:?");
    }

    @Test
    void answersEmbeddingsOfTheFaceThatTheTaskPromises() throws Exception {
        EmulatedEngine engine = new EmulatedEngine(true, RandomGenerator.getDefault());
        ModelFile file = new ModelFile(URI.create("emulated:?curve=1:1us"), Path.of(""), "sha256:none");
        try (LoadedModel model = engine.load(file, new EngineOptions("CPU", 1))) {
            Tensor output = model.run(SampleInputs.of(model.signature(), 3)).getFirst();
            assertThat(output.name()).isEqualTo("embedding");
            assertThat(output.shape()).isEqualTo(Shape.of(3, 8));
            assertThat(model.provider()).isEqualTo("Emulated");
            assertThat(model.platform()).isEqualTo("emulated");
        }
    }
}
