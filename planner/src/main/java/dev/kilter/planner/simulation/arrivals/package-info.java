/**
 * When simulated requests arrive: traces, rate curves, renewal processes. Deterministic by seed; parses text, reads no
 * file.
 */
package dev.kilter.planner.simulation.arrivals;
