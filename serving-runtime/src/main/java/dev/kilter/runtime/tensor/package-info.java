/**
 * Tensors as they travel between protocol and engine: type, shape, little-endian bytes. Knows no wire format, no
 * engine.
 */
package dev.kilter.runtime.tensor;
