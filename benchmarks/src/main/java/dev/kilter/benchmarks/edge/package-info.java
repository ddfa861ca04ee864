/** Servers of the runtime's edge before next to nothing: what receiving, deciding and sending cost without a model. */
package dev.kilter.benchmarks.edge;
