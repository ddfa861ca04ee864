/**
 * {@code kilter bench}: measures a server that speaks the Open Inference Protocol, and says what the measurement
 * proves. The flow, from the self-test to the result; generator, statistics and reports are their own packages'.
 */
package dev.kilter.cli.bench;
