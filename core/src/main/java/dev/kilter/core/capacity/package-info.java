/**
 * How much one replica carries within a latency objective: queueing analysis over a service curve. Pure and
 * deterministic. No replica counts, no costs, no plans live here.
 */
package dev.kilter.core.capacity;
