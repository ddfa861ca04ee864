/**
 * The gateway as one embeddable thing: start it, ask its port and its load, drain it, close it; and its own
 * {@code main} for Kubernetes. Wiring only: routing, forwarding and counting live in the packages below.
 */
package dev.kilter.gateway;
