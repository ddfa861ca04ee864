/**
 * Discrete-event simulation of one replica that runs the production policies, in virtual time, deterministic by seed:
 * what capacity rests on and batching is compared by. No plans, no clock, no thread.
 */
package dev.kilter.core.simulation;
