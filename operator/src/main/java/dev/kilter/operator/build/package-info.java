/**
 * From a resource, a plan and settings to Kubernetes objects: pure and deterministic, the same input gives the same
 * bytes. No client, no clock, no thread; local mode runs the same builders. What to build is decided elsewhere.
 */
package dev.kilter.operator.build;
