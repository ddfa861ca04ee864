package dev.kilter.runtime.tensor;

import java.nio.ByteBuffer;

/**
 * A named tensor.
 *
 * @param name as in the model's signature
 * @param data row-major, little-endian, from position to limit; {@link DataType#BYTES} elements are length-prefixed.
 *     Its length was checked against type and shape by whoever made it. Direct where the source allows it, so that an
 *     engine can take it without a copy. Never changed after construction.
 */
public record Tensor(String name, DataType type, Shape shape, ByteBuffer data) {}
