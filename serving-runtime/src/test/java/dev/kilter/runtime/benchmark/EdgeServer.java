package dev.kilter.runtime.benchmark;

import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.model.ResidentVariant;
import dev.kilter.runtime.server.RuntimeServer;
import dev.kilter.runtime.server.ServerConfig;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Optional;

/**
 * What {@link EdgeBenchmark} drives. {@code EdgeServer echo PORT}: decoded and encoded on the event loop, nothing in
 * between. {@code EdgeServer null PORT}: the same edge before admission, queue, batcher and a model that takes no time.
 */
final class EdgeServer {

    private static final List<TensorSpec> ONE_TENSOR =
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, EdgeBenchmark.FLOATS)));

    private EdgeServer() {}

    public static void main(String[] args) throws Exception {
        CollectorRegistry metrics = new CollectorRegistry();
        ModelServer models = args[0].equals("echo") ? echo() : nullModel(metrics);
        RuntimeServer server = RuntimeServer.start(
                models, metrics, ServerConfig.at(Optional.of("127.0.0.1"), Integer.parseInt(args[1])));
        System.out.println("serving " + args[0] + " on " + server.port());
        Thread.currentThread().join();
    }

    private static ModelServer echo() {
        FakeModelServer models = new FakeModelServer().with("m", ONE_TENSOR.toArray(TensorSpec[]::new));
        models.keepNothing();
        return models;
    }

    private static ModelServer nullModel(CollectorRegistry metrics) throws Exception {
        RuntimeConfig config = new RuntimeConfig(
                List.of(new RuntimeConfig.Model(
                        "m",
                        "tensor",
                        List.of(new RuntimeConfig.Variant("fp32", "null:", Optional.empty(), "fp32")),
                        "fp32",
                        16,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                new RuntimeConfig.Engine("CPU", 1, 1));
        HostedModels models = new HostedModels(
                config,
                (model, variant, engine, progress) ->
                        new ResidentVariant(variant.name(), "none", 0, List.of(new NullModel())),
                GreedyBatchPolicy::new,
                metrics);
        models.loadAll();
        return models;
    }

    private record NullModel() implements LoadedModel {
        @Override
        public Signature signature() {
            return new Signature(ONE_TENSOR, ONE_TENSOR);
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
            return inputs;
        }

        @Override
        public void close() {}
    }
}
