/**
 * From Kilter's resources to what the loop scales. Pure: neither a client nor a cache lives here, so that local mode
 * reads its resources by the same rules.
 */
package dev.kilter.autoscaler.resources;
