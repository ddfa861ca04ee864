package dev.kilter.runtime.engine.djl;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.runtime.engine.EngineContract;
import dev.kilter.runtime.engine.EngineException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DjlEngineTest extends EngineContract {

    DjlEngineTest() {
        super(new DjlEngine(Path.of("target", "native-cache").toAbsolutePath()));
    }

    @Test
    void refusesWhatDjlCannotCarry() {
        assertThatThrownBy(() -> load(model("types.onnx")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("types.onnx: uint16: UINT16 [-1, 2] is not run through DJL");
    }
}
