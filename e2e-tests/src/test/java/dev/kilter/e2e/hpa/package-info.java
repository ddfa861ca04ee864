/**
 * Kubernetes' own HorizontalPodAutoscaler, watched at work under a played load: what the simulator's rival of that name
 * is held against. Run by hand ({@code e2e-tests/hpa/record}).
 */
package dev.kilter.e2e.hpa;
