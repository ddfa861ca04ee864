package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.Tensor;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that is not loaded yet behind an admission, a queue and counts of its own, which leave no trace. What is
 * rehearsed is the way to the engine; the engine itself is warmed up meanwhile, so another stands in for it.
 */
final class ApartModel {

    private static final Logger LOG = LoggerFactory.getLogger(ApartModel.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ApartModel() {}

    /** Rehearses by a thread of its own; what goes wrong is no fault of the model. */
    static Thread rehearsing(Host host, RuntimeConfig.Model config, ResidentVariant variant) {
        return Thread.ofPlatform()
                .name("rehearsal-" + config.name())
                .daemon()
                .start(() -> rehearse(host, config, variant));
    }

    @SuppressWarnings("CatchingUnchecked") // of that thread nobody else would hear
    private static void rehearse(Host host, RuntimeConfig.Model config, ResidentVariant variant) {
        if (host.rehearsal().equals(Rehearsal.NONE)) {
            return;
        }
        RuntimeConfig.Model alone = new RuntimeConfig.Model(
                config.name(),
                config.task(),
                config.variants().stream()
                        .filter(described -> described.name().equals(variant.name()))
                        .toList(),
                variant.name(),
                1,
                Optional.empty(),
                Optional.empty(),
                config.embedding());
        LoadedModel instance = variant.instances().getFirst();
        ResidentVariant acted = new ResidentVariant(
                variant.name(), variant.digest(), variant.fetchSeconds(), List.of(new StandIn(instance)));
        RuntimeConfig.Engine engine = new RuntimeConfig.Engine(
                host.engine().provider(), 1, host.engine().threads());
        HostedModels apart = new HostedModels(
                new RuntimeConfig(List.of(alone), engine),
                (_, _, _, _) -> acted,
                host.policies(),
                new CollectorRegistry());
        try {
            try {
                apart.loadAll();
                host.rehearsal().run(apart);
            } finally {
                apart.close(PATIENCE);
            }
        } catch (ModelLoadException | InterruptedException | RuntimeException | Error e) {
            LOG.warn("model {}: the rehearsal broke; its first requests will be slower", config.name(), e);
        }
    }

    /** Answers at once, with tensors of the right shape. */
    private record StandIn(LoadedModel model) implements LoadedModel {
        @Override
        public Signature signature() {
            return model.signature();
        }

        @Override
        public String platform() {
            return model.platform();
        }

        @Override
        public String provider() {
            return model.provider();
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            long first = inputs.getFirst().shape().rank() == 0
                    ? 1
                    : inputs.getFirst().shape().dimensions().getFirst();
            return SampleInputs.answer(model.signature(), (int) first);
        }

        @Override
        public Object batchKey(List<Tensor> inputs) {
            return model.batchKey(inputs);
        }

        @Override
        public void close() {}
    }
}
