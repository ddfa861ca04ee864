/**
 * The JSON contracts between Kilter's parts: what the operator tells runtime and gateway, what they report of their
 * load. Values only: no server, no client, no clock. And the few switches that their processes set alike.
 */
package dev.kilter.protocol;
