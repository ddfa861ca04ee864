/**
 * Kilter's own predict API: instances in, predictions out, by gRPC and by the HTTP transcoding of the same method. No
 * admission, no engine.
 */
package dev.kilter.runtime.predict;
