/**
 * From counters to rates: what gateways and pods report becomes what the policy observes. Time is passed in; no I/O and
 * no decision lives here.
 */
package dev.kilter.autoscaler.metering;
