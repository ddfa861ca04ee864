package dev.kilter.runtime.model;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.runtime.batch.BatchListener;
import dev.kilter.runtime.batch.BatchQueue;
import dev.kilter.runtime.batch.BatchRunner;
import dev.kilter.runtime.batch.LearnedCurve;
import dev.kilter.runtime.batch.ModelStatistics;
import dev.kilter.runtime.batch.QueueLimits;
import dev.kilter.runtime.engine.EmulatedEngine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** A loaded model at work: its resident variants, its queue, its engine threads. */
final class Serving {

    private final Map<String, ResidentVariant> variants = new HashMap<>();
    private final Map<String, LearnedCurve> curves = new HashMap<>();
    private final BatchQueue queue;
    private final List<Thread> threads = new ArrayList<>();

    /** Warms every variant up and starts the engine threads; blocks for the warm-up. */
    Serving(
            String model,
            List<ResidentVariant> resident,
            int maxBatchSize,
            OperatingPoints points,
            BatchPolicy policy,
            ModelStatistics statistics,
            BatchListener listener,
            LongSupplier clock)
            throws EngineException {
        for (ResidentVariant variant : resident) {
            LearnedCurve curve = new LearnedCurve();
            WarmUp.run(variant, maxBatchSize, curve);
            variants.put(variant.name(), variant);
            curves.put(variant.name(), curve);
        }
        queue = new BatchQueue(policy, QueueLimits.forBatchSize(maxBatchSize), points::at, clock);
        BatchRunner.Shared shared = new BatchRunner.Shared(queue, statistics, curves, listener);
        for (int i = 0; i < resident.getFirst().instances().size(); i++) {
            threads.add(Thread.ofPlatform()
                    .name("engine-" + model + "-" + i)
                    .daemon()
                    .start(new BatchRunner(shared, instancesOf(resident, i))));
        }
    }

    private static Map<String, LoadedModel> instancesOf(List<ResidentVariant> resident, int index) {
        Map<String, LoadedModel> instances = new HashMap<>();
        resident.forEach(
                variant -> instances.put(variant.name(), variant.instances().get(index)));
        return instances;
    }

    BatchQueue queue() {
        return queue;
    }

    ResidentVariant variant(String name) {
        return variants.get(name);
    }

    LearnedCurve curve(String variant) {
        return curves.get(variant);
    }

    int engines() {
        return threads.size();
    }

    /** Every variant keeps the contract, so any tells it. */
    Signature signature() {
        return variants.values().iterator().next().signature();
    }

    boolean emulated() {
        return variants.values().stream()
                .anyMatch(v -> v.instances().getFirst().provider().equals(EmulatedEngine.PROVIDER));
    }

    /** Takes nothing more in, finishes what is queued for at most that long, frees the engines. */
    void close(Duration patience) throws InterruptedException {
        queue.close();
        long end = System.nanoTime() + patience.toNanos();
        boolean finished = true;
        for (Thread thread : threads) {
            finished &= thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
        if (finished) { // an instance that still runs must not be freed under its thread
            variants.values().forEach(v -> v.instances().forEach(LoadedModel::close));
        }
    }
}
