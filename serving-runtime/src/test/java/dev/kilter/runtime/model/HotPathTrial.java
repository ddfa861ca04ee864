package dev.kilter.runtime.model;

import com.sun.management.ThreadMXBean;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * By hand: what admission, queue, batcher and answer cost around a model of no time, without a network. Arguments:
 * seconds of each step, busy nanoseconds of a batch in the engine, then numbers of requests in flight.
 */
final class HotPathTrial {

    private static final Signature ECHO = new Signature(
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 4))),
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 4))));

    private record Null(long busyNanos) implements LoadedModel {
        @Override
        public Signature signature() {
            return ECHO;
        }

        @Override
        public String platform() {
            return "null";
        }

        @Override
        public String provider() {
            return "CPU";
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            for (long end = System.nanoTime() + busyNanos; System.nanoTime() - end < 0; ) {
                Thread.onSpinWait();
            }
            return inputs;
        }

        @Override
        public void close() {}
    }

    public static void main(String[] args) throws Exception {
        long seconds = Long.parseLong(args[0]);
        long busyNanos = Long.parseLong(args[1]);
        RuntimeConfig.Variant variant = new RuntimeConfig.Variant("a", "null:", Optional.empty(), "fp32");
        RuntimeConfig.Model model = new RuntimeConfig.Model(
                "m", "tensor", List.of(variant), "a", 32, Optional.empty(), Optional.of(1000.0), Optional.empty());
        Engine engine = (_, _) -> new Null(busyNanos);
        HostedModels models = new HostedModels(
                new RuntimeConfig(List.of(model), new RuntimeConfig.Engine("CPU", 1, 1)),
                new EngineVariantLoader(engine),
                GreedyBatchPolicy::new,
                new CollectorRegistry());
        models.loadAll();
        Tensor input = Calls.rows("input", 1, 4, 1);
        for (int step = 2; step < args.length; step++) {
            int inFlight = Integer.parseInt(args[step]);
            for (int round = 0; round < 3; round++) {
                System.out.printf("%d in flight: %s%n", inFlight, step(models, input, inFlight, seconds));
            }
        }
        models.close(Duration.ofSeconds(1));
    }

    private static String step(HostedModels models, Tensor input, int inFlight, long seconds) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicInteger free = new AtomicInteger(inFlight);
        long before = threads.getTotalThreadAllocatedBytes();
        long start = System.nanoTime();
        long sent = 0;
        while (System.nanoTime() - start < seconds * 1_000_000_000L) {
            while (free.get() == 0) {
                Thread.onSpinWait();
            }
            free.decrementAndGet();
            sent++;
            models.infer(Calls.call("m", input)).thenAccept(_ -> free.incrementAndGet());
        }
        double took = (System.nanoTime() - start) / 1e9;
        return "%.0f requests/s, %.2f us each, %d bytes allocated each"
                .formatted(sent / took, took / sent * 1e6, (threads.getTotalThreadAllocatedBytes() - before) / sent);
    }
}
