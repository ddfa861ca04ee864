/**
 * From an admitted request to its answer: the bounded queue, the batch former around the pure policy, the engine
 * threads, what they learn. Knows no protocol, no download, no model life cycle.
 */
package dev.kilter.runtime.batch;
