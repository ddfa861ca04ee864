package dev.kilter.benchmarks.edge;

import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.protocol.NettySwitches;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.model.ResidentVariant;
import dev.kilter.runtime.server.RuntimeServer;
import dev.kilter.runtime.server.ServerConfig;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.VersionPolicy;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Optional;

/**
 * {@code EdgeServer echo PORT}: decoded and encoded on the event loop, nothing in between. {@code EdgeServer null
 * PORT}: the same edge before admission, queue, batcher and a model that takes no time.
 */
public final class EdgeServer {

    private static final int FLOATS = 256;
    private static final int MAX_BATCH = 32;

    private static final List<TensorSpec> ONE_TENSOR =
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, FLOATS)));

    private EdgeServer() {}

    public static void main(String[] args) throws Exception {
        NettySwitches.ofServing();
        CollectorRegistry metrics = new CollectorRegistry();
        ModelServer models = switch (args[0]) {
            case "echo" -> echo();
            case "null" -> nullModel(metrics);
            case String other -> throw new IllegalArgumentException(other + " (expected: echo or null)");
        };
        RuntimeServer server = RuntimeServer.start(
                models, metrics, ServerConfig.at(Optional.of("127.0.0.1"), Integer.parseInt(args[1])));
        System.out.println("serving " + args[0] + " on " + server.port());
        Thread.currentThread().join();
    }

    private static ModelServer echo() {
        ServedModel.Timed none = new ServedModel.Timed(0, 0);
        ServedModel.Statistics statistics =
                new ServedModel.Statistics(Optional.empty(), 0, 0, none, none, none, none, none, none, List.of());
        return new EchoModels(new ServedModel(
                "m",
                "1",
                List.of("1"),
                "echo",
                "tensor",
                ONE_TENSOR,
                ONE_TENSOR,
                MAX_BATCH,
                new ServedModel.State.Ready(),
                new ServedModel.Setup(VersionPolicy.Latest.NEWEST, "CPU", 1, Optional.empty()),
                () -> statistics));
    }

    private static ModelServer nullModel(CollectorRegistry metrics) throws Exception {
        RuntimeConfig config = new RuntimeConfig(
                List.of(new RuntimeConfig.Model(
                        "m",
                        "tensor",
                        List.of(new RuntimeConfig.Variant("fp32", "null:", Optional.empty(), "fp32")),
                        "fp32",
                        MAX_BATCH,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())),
                new RuntimeConfig.Engine("CPU", 1, 1));
        HostedModels models = new HostedModels(
                config,
                (model, variant, engine, progress) ->
                        new ResidentVariant(variant.name(), "none", 0, List.of(new NullModel())),
                SloBatchPolicy::new,
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
