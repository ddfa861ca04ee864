/**
 * Trains start-up caches: runs a program of Kilter as it will run, uses it a little, and lets the JVM keep what it
 * learnt. Needs the JDK alone, so that {@code java TrainStartup.java} works without a build.
 */
package dev.kilter.build.training;
