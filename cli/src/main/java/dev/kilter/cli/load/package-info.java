/**
 * Load, for the demo and for {@code bench}: arrival times, the generator that keeps to them, what it met. Latency
 * counts from the scheduled time. Knows no protocol, no socket and no clock: {@code load.wire} has the adapters.
 */
package dev.kilter.cli.load;
