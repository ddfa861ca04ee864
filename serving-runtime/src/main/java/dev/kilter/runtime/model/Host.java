package dev.kilter.runtime.model;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What all hosted models of a process share.
 *
 * @param policies makes the policy of each line of requests that may share a batch
 * @param clock nanoseconds, monotonic
 */
record Host(
        VariantLoader loader,
        RuntimeConfig.Engine engine,
        Supplier<BatchPolicy> policies,
        RuntimeMetrics metrics,
        LongSupplier clock,
        Rehearsal rehearsal) {}
