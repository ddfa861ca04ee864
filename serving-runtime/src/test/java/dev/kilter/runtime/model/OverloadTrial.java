package dev.kilter.runtime.model;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.EmulatedEngine;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * By hand: what admission, queue and batcher make of an overload, without a network. Arguments: the emulated curve, the
 * SLO in milliseconds, the largest batch, the seconds of each step, then the rates a second.
 */
final class OverloadTrial {

    private static final class Tally {
        private final AtomicLong inTime = new AtomicLong();
        private final AtomicLong late = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();
        private final AtomicLong dropped = new AtomicLong();
        private final AtomicLong open = new AtomicLong();

        void take(InferenceOutcome outcome, long nanos, long sloNanos) {
            switch (outcome) {
                case InferenceOutcome.Answered _ when nanos <= sloNanos -> inTime.incrementAndGet();
                case InferenceOutcome.Answered _ -> late.incrementAndGet();
                case InferenceOutcome.Refused _ -> refused.incrementAndGet();
                default -> dropped.incrementAndGet();
            }
            open.decrementAndGet();
        }
    }

    private final HostedModels models;
    private final long sloNanos;

    private OverloadTrial(String curve, double sloMillis, int maxBatch, Supplier<BatchPolicy> policies)
            throws ModelLoadException, InterruptedException {
        RuntimeConfig.Variant variant = new RuntimeConfig.Variant("a", curve, Optional.empty(), "fp32");
        RuntimeConfig.Model model = new RuntimeConfig.Model(
                "m",
                "tensor",
                List.of(variant),
                "a",
                maxBatch,
                Optional.empty(),
                Optional.of(sloMillis),
                Optional.empty());
        sloNanos = Math.round(sloMillis * 1e6);
        models = new HostedModels(
                new RuntimeConfig(List.of(model), new RuntimeConfig.Engine("CPU", 1, 1)),
                new EngineVariantLoader(new EmulatedEngine(false, RandomGenerator.getDefault())),
                policies,
                new CollectorRegistry());
        models.loadAll();
    }

    private Tally step(double perSecond, double seconds, long seed) {
        Tally tally = new Tally();
        SplittableRandom random = new SplittableRandom(seed);
        long start = System.nanoTime();
        long due = start;
        while (due - start < seconds * 1e9) {
            due += Math.round(-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            tally.open.incrementAndGet();
            long sent = System.nanoTime();
            models.infer(Calls.call("m", Calls.rows("input", 1, 4, 1)))
                    .thenAccept(outcome -> tally.take(outcome, System.nanoTime() - sent, sloNanos));
        }
        return tally;
    }

    private void report(double rate, double seconds, Tally tally) throws Exception {
        long start = System.nanoTime();
        InferenceOutcome first = Calls.outcome(models.infer(Calls.call("m", Calls.rows("input", 1, 4, 1))));
        double afterMillis = (System.nanoTime() - start) / 1e6;
        while (tally.open.get() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        long answered = tally.inTime.get() + tally.late.get();
        System.out.printf(
                "%8.0f/s: in time %7.1f/s, late %5d (%.3f %% of admitted), dropped %4d, refused %6d;"
                        + " a new client right after: %s after %.1f ms%n",
                rate,
                tally.inTime.get() / seconds,
                tally.late.get(),
                100.0 * (tally.late.get() + tally.dropped.get()) / Math.max(1, answered + tally.dropped.get()),
                tally.dropped.get(),
                tally.refused.get(),
                first.getClass().getSimpleName(),
                afterMillis);
    }

    public static void main(String[] args) throws Exception {
        OverloadTrial trial = new OverloadTrial(
                args[0], Double.parseDouble(args[1]), Integer.parseInt(args[2]), GreedyBatchPolicy::new);
        double seconds = Double.parseDouble(args[3]);
        trial.step(50, 1, 1); // the machine wakes up
        for (int i = 4; i < args.length; i++) {
            double rate = Double.parseDouble(args[i]);
            trial.report(rate, seconds, trial.step(rate, seconds, i));
            Thread.sleep(200);
        }
        trial.models.close(Duration.ofSeconds(5));
    }
}
