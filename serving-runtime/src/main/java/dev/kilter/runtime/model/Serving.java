package dev.kilter.runtime.model;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.runtime.batch.BatchListener;
import dev.kilter.runtime.batch.BatchQueue;
import dev.kilter.runtime.batch.BatchRunner;
import dev.kilter.runtime.batch.EngineHealth;
import dev.kilter.runtime.batch.ModelStatistics;
import dev.kilter.runtime.batch.QueueLimits;
import dev.kilter.runtime.batch.Watchdog;
import dev.kilter.runtime.engine.EmulatedEngine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A loaded model at work: its resident variants, its queue, its engine threads. */
final class Serving {

    /** How often {@link #lookAfter} is called. */
    static final Duration TICK = Duration.ofMillis(50);

    private static final Watchdog.Patience PATIENCE =
            new Watchdog.Patience(Duration.ofSeconds(10), Duration.ofMinutes(5), TICK);

    private final Map<String, ResidentVariant> variants = new HashMap<>();
    private final Map<String, LearnedCurve> curves = new HashMap<>();
    private final BatchRunner.Shared shared;
    private final Watchdog watchdog = new Watchdog(PATIENCE);
    private final List<Thread> threads = new ArrayList<>();

    /** Warms every variant up and starts the engine threads; blocks for the warm-up. */
    Serving(
            String model,
            String version,
            List<ResidentVariant> resident,
            int maxBatchSize,
            OperatingPoints points,
            Supplier<BatchPolicy> policies,
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
        int engines = resident.getFirst().instances().size();
        int largestBatch = signature().batchable() ? maxBatchSize : 1;
        BatchQueue queue = new BatchQueue(
                policies,
                QueueLimits.forBatchSize(maxBatchSize),
                new BatchQueue.Engines(engines, largestBatch),
                points::at,
                curves,
                clock);
        shared = new BatchRunner.Shared(version, queue, statistics, curves, new EngineHealth(), listener);
        for (int i = 0; i < engines; i++) {
            threads.add(Thread.ofPlatform()
                    .name("engine-" + model + "-" + version + "-" + i)
                    .daemon()
                    .start(new BatchRunner(shared, i, instancesOf(resident, i))));
        }
    }

    /** Answers what expired, was cancelled, or is held by an engine that hangs. Called every {@link #TICK}. */
    void lookAfter(long nowNanos, Function<String, InferenceOutcome> toThoseWaiting) {
        watchdog.look(shared, nowNanos);
        Optional<String> trouble = trouble();
        if (trouble.isPresent()) {
            shared.queue().abandon(toThoseWaiting.apply(trouble.get()));
        } else {
            shared.queue().sweep();
        }
    }

    /** What is wrong with the engines; empty while nothing is. */
    Optional<String> trouble() {
        return shared.health().trouble();
    }

    private static Map<String, LoadedModel> instancesOf(List<ResidentVariant> resident, int index) {
        Map<String, LoadedModel> instances = new HashMap<>();
        resident.forEach(
                variant -> instances.put(variant.name(), variant.instances().get(index)));
        return instances;
    }

    BatchQueue queue() {
        return shared.queue();
    }

    ResidentVariant variant(String name) {
        return variants.get(name);
    }

    LearnedCurve curve(String variant) {
        return curves.get(variant);
    }

    /** An instance of any variant, for what all have in common: they keep one contract. */
    LoadedModel model() {
        return variants.values().iterator().next().instances().getFirst();
    }

    Signature signature() {
        return model().signature();
    }

    boolean emulated() {
        return variants.values().stream()
                .anyMatch(v -> v.instances().getFirst().provider().equals(EmulatedEngine.PROVIDER));
    }

    /** Takes nothing more in, finishes what is queued for at most that long, frees the engines. */
    void close(Duration patience) throws InterruptedException {
        shared.queue().close();
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
