/**
 * Batch policies of other servers behind the same port, to compare with: in virtual time and, by an experiment's
 * switch, live. Nothing else in production refers to them.
 */
package dev.kilter.core.batching.rivals;
