/**
 * Routes and endpoints as a Kubernetes namespace tells them: the ConfigMap that the operator writes, the EndpointSlices
 * of the pools' Services. Only reads, and only through informers, which outlive an API server that goes away.
 */
package dev.kilter.gateway.kubernetes;
