package dev.kilter.runtime.memory;

/**
 * One look at the process, bytes.
 *
 * @param nativeBytes resident, of no file, and not the JVM's own: what engines and buffers hold
 * @param residentBytes everything resident
 * @param limitBytes of the container, or what the machine has
 */
public record MemoryReading(long nativeBytes, long residentBytes, long limitBytes) {}
