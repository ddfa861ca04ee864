/**
 * Which pod gets the next request: weighted least outstanding, how a weight follows observed speed, how revisions share
 * traffic. Pure: no clock, no random source of its own, no thread, no I/O.
 */
package dev.kilter.core.balancing;
