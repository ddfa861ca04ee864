/**
 * Kilter's own predict API: instances in, predictions out, by gRPC and by HTTP with the same messages in JSON. No
 * admission, no engine.
 */
package dev.kilter.runtime.predict;
