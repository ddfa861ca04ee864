package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;

/** The protocol face of the task {@code text-embedding}. */
public final class TextEmbedding {

    /** The task's name. */
    public static final String TASK = "text-embedding";

    /** Input: UTF-8 texts. */
    public static final TensorSpec TEXT = new TensorSpec("text", DataType.BYTES, Shape.of(-1));

    /** Name of the output: one vector for each text. */
    public static final String OUTPUT = "embedding";

    private TextEmbedding() {}
}
