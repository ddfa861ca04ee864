package dev.kilter.runtime.tensor;

/** One input or output of a model's signature; dimension 0 is the batch where {@code shape} starts with -1. */
public record TensorSpec(String name, DataType type, Shape shape) {}
