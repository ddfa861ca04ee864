/**
 * Which model, which revision, which pod: the ports that routes and endpoints arrive by, and the state built from them.
 * No HTTP here, no Kubernetes, no clock of its own.
 */
package dev.kilter.gateway.routing;
