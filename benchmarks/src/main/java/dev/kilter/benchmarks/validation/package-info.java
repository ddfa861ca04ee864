/**
 * The simulator held against the real thing: the same arrivals through gateway and runtime processes on this machine
 * and through {@code planner.simulation}. Policies, gateway and simulator are used as they are; nothing of them lives
 * here.
 */
package dev.kilter.benchmarks.validation;
