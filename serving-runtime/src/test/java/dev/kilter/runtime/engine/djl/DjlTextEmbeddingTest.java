package dev.kilter.runtime.engine.djl;

import dev.kilter.runtime.engine.TextEmbeddingContract;
import java.nio.file.Path;

class DjlTextEmbeddingTest extends TextEmbeddingContract {

    DjlTextEmbeddingTest() {
        super(new DjlEngine(Path.of("target", "native-cache").toAbsolutePath()));
    }
}
