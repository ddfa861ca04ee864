/**
 * The adapter that calls ONNX Runtime's C API directly. Knows the engine port and tensors; no queue, no task, no DJL.
 */
package dev.kilter.runtime.engine.ort;
