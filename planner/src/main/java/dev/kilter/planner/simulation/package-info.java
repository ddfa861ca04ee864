/**
 * Discrete-event simulation of a replica that runs the production policies, deterministic by seed: what the capacity
 * analysis is checked against. No plans, no clock, no thread.
 */
package dev.kilter.planner.simulation;
