/**
 * How many replicas: offered rate against capacity, first fill, damping. Pure functions over values; no client, no
 * clock, no thread, no counter.
 */
package dev.kilter.autoscaler.policy;
