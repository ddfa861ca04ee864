/**
 * What measurements prove: bounds on a tail, when to stop, which rate to try next, ratios with their intervals. Pure;
 * no clock, no thread, no socket.
 */
package dev.kilter.cli.bench.evidence;
