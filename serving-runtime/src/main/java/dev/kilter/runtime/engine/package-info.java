/**
 * What runs batches: the engine port, its adapters (DJL, emulated) and the tasks that wrap a model's own signature.
 * Knows no queue, no protocol and no download.
 */
package dev.kilter.runtime.engine;
