/** Engines against the bare ONNX Runtime loop, in one process, without any socket. */
package dev.kilter.benchmarks.engine;
