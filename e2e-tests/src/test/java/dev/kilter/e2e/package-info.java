/**
 * Kilter seen from the outside on a real cluster: install, apply, infer, load, delete. Nothing here looks into a
 * module; what a user could not do has no place.
 */
package dev.kilter.e2e;
