/**
 * When a batch starts and how large it is: the policy port and its implementations, as pure decisions over a queue's
 * state. No queue, no thread, no clock: time is passed in.
 */
package dev.kilter.core.batching;
