/**
 * How much one replica carries within a latency objective: the production rule, run in virtual time over a service
 * curve. Pure and deterministic. No replica counts, no costs, no plans live here.
 */
package dev.kilter.core.capacity;
