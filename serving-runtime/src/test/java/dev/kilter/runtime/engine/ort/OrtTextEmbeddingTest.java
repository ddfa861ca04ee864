package dev.kilter.runtime.engine.ort;

import dev.kilter.runtime.engine.TextEmbeddingContract;

class OrtTextEmbeddingTest extends TextEmbeddingContract {

    OrtTextEmbeddingTest() {
        super(new OrtEngine());
    }
}
