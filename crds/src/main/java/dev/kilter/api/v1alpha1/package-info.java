/**
 * Kilter's Kubernetes API, group serving.kilter.dev, version v1alpha1: records for what users write and what Kilter
 * reports, each field described once, and the parsers of its typed strings. No client, no clock, no decision.
 */
package dev.kilter.api.v1alpha1;
