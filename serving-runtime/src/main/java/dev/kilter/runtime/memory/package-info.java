/**
 * The memory of this process beside the Java heap, and whether it grows with the requests. Decides; whoever serves
 * acts. Knows no model and no protocol.
 */
package dev.kilter.runtime.memory;
