/**
 * The scaling port: what is observed of one InferenceDeployment, and what is decided about all of its pools together.
 * Values only; the policies live in the autoscaler. No client, no clock, no thread.
 */
package dev.kilter.core.scaling;
