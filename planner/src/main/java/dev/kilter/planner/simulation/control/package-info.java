/**
 * The port between the simulation and whatever controls its pools: what a real controller would see at a tick, and what
 * it asks for. Values; no client, no clock.
 */
package dev.kilter.planner.simulation.control;
