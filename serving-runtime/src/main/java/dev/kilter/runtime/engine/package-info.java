/**
 * What runs batches: the engine port, the emulated engine and the tasks that wrap a model's own signature. Adapters of
 * real engines lie below. Knows no queue, no protocol and no download.
 */
package dev.kilter.runtime.engine;
