/**
 * The loop's ports on Kubernetes: informers, the scale subresource, a ConfigMap, events, a lease. No decision lives
 * here.
 */
package dev.kilter.autoscaler.kubernetes;
