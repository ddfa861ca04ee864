/**
 * Discrete-event simulation of whole pools behind a gateway under arrivals and a controller, by the production policies
 * of core. Pure and deterministic by seed: no clock, no thread, no file.
 */
package dev.kilter.planner.simulation;
