/**
 * The autoscaler under simulation: its whole loop, metering and policy included, over ports that a simulated fleet
 * answers. No rule of its own; nothing that serves knows of it.
 */
package dev.kilter.autoscaler.simulation;
