/**
 * One request at the edge, whatever its protocol: its limits, its memory, its identity, its way to the model server and
 * what is told of it afterwards. Knows no wire format and no engine.
 */
package dev.kilter.runtime.exchange;
