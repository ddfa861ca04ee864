/**
 * Which configuration serves a demand under an objective: exact search over variants, classes and batch sizes, each
 * verdict with its reason, as values. No Kubernetes, no clock, no I/O.
 */
package dev.kilter.planner;
