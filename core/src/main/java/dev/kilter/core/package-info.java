/**
 * What every part of Kilter speaks of: service curves, operating points, objectives, and the policies over them. Pure:
 * the JDK alone, no clock, no thread, no I/O.
 */
package dev.kilter.core;
