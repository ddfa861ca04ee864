/**
 * Requests that fit a model: its signature by the Open Inference Protocol, tensors for it, and their bytes in each
 * dialect. Made once before the load; nothing here is on its hot path.
 */
package dev.kilter.cli.load.request;
