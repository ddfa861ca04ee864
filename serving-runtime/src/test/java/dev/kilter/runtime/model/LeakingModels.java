package dev.kilter.runtime.model;

import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.memory.MemoryWatch;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** One model, {@code m}, that echoes FP32 [-1, 2] and keeps native memory with every batch. */
public final class LeakingModels {

    private static final Signature ECHO = new Signature(
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 2))),
            List.of(new TensorSpec("input", DataType.FP32, Shape.of(-1, 2))));

    private LeakingModels() {}

    /**
     * Not loaded yet.
     *
     * @param lost where the memory goes
     * @param bytes how much of it with the next batch
     */
    public static HostedModels of(CollectorRegistry registry, MemoryWatch memory, Arena lost, LongSupplier bytes) {
        RuntimeConfig.Variant variant = new RuntimeConfig.Variant("a", "fake:", Optional.empty(), "fp32");
        RuntimeConfig.Model model = new RuntimeConfig.Model(
                "m", "tensor", List.of(variant), "a", 4, Optional.empty(), Optional.empty(), Optional.empty());
        return new HostedModels(
                Hosting.of(new RuntimeConfig(List.of(model), new RuntimeConfig.Engine("CPU", 1, 1)), false),
                (_, _, _, _) -> new ResidentVariant("a", "sha256:none", 0, List.of(leaking(lost, bytes))),
                GreedyBatchPolicy::new,
                registry,
                Rehearsal.NONE,
                memory);
    }

    private static FakeModel leaking(Arena lost, LongSupplier bytes) {
        return new FakeModel(ECHO) {
            @Override
            public List<Tensor> run(List<Tensor> inputs) throws EngineException {
                long more = bytes.getAsLong();
                if (more > 0) {
                    lost.allocate(more).fill((byte) 1);
                }
                return inputs;
            }
        };
    }
}
