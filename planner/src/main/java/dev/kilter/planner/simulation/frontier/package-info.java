/**
 * What controllers reach at what cost: frontiers of cost and violations, and the allocator that knows the future as
 * their reference. Pure.
 */
package dev.kilter.planner.simulation.frontier;
