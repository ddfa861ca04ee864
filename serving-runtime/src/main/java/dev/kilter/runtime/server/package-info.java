/**
 * Puts the protocols on one port, with health, metrics, request ids and the access log, and takes them down in order.
 * No protocol's details, no engine.
 */
package dev.kilter.runtime.server;
