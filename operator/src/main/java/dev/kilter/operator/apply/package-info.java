/**
 * Brings objects to what is wanted: compare, then server-side apply; never over an object that is not ours, never
 * without need. What is wanted is decided elsewhere.
 */
package dev.kilter.operator.apply;
