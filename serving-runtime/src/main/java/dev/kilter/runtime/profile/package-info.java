/**
 * Measuring what a variant can do on the machine at hand: service times, memory, time to ready. Judges nothing: a
 * report is evidence for whoever plans.
 */
package dev.kilter.runtime.profile;
