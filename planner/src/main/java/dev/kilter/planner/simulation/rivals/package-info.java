/**
 * Other autoscalers as simulated controllers, faithful to their documents and sources, for comparison. Each scales one
 * pool. Nothing of Kilter's own refers to them.
 */
package dev.kilter.planner.simulation.rivals;
