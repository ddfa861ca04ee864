/**
 * What every benchmark shares: interleaved rounds, their summary, the machine they ran on. Knows no engine and no
 * server.
 */
package dev.kilter.benchmarks;
