/**
 * What arrived for each model, what became of it and how long it took, as the autoscaler and Prometheus read it. No
 * HTTP here, no routing decision, no clock of its own.
 */
package dev.kilter.gateway.counting;
