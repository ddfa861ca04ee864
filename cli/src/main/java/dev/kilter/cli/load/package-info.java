/**
 * The demo's own open-loop load: arrival times from a seeded rate curve, latency from the scheduled time. Knows an
 * address and a request; nothing of pools, plans or terminals.
 */
package dev.kilter.cli.load;
