/**
 * The adapter for DJL, which brings more engines than one and hides what the hot path needs. Knows the engine port and
 * tensors; no queue, no task.
 */
package dev.kilter.runtime.engine.djl;
