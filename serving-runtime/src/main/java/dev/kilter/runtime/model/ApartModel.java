package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.EngineException;
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

/** A loaded model behind a second admission, queue and set of counts, which leave no trace. */
final class ApartModel {

    private static final Logger LOG = LoggerFactory.getLogger(ApartModel.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ApartModel() {}

    /** Rehearses with an instance that nobody else runs yet; blocks. What goes wrong is no fault of the model. */
    static void rehearse(Host host, RuntimeConfig.Model config, ResidentVariant variant) throws InterruptedException {
        if (host.rehearsal().equals(Rehearsal.NONE)) {
            return;
        }
        LoadedModel instance = variant.instances().getFirst();
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
        ResidentVariant lent = new ResidentVariant(
                variant.name(), variant.digest(), variant.fetchSeconds(), List.of(new Lent(instance)));
        RuntimeConfig.Engine engine = new RuntimeConfig.Engine(
                host.engine().provider(), 1, host.engine().threads());
        HostedModels apart = new HostedModels(
                new RuntimeConfig(List.of(alone), engine),
                (_, _, _, _) -> lent,
                host.policies(),
                new CollectorRegistry());
        try {
            instance.run(SampleInputs.of(instance.signature(), 1));
            apart.loadAll();
            host.rehearsal().run(apart);
        } catch (EngineException | ModelLoadException e) {
            LOG.debug("model {}: no rehearsal: {}", config.name(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("model {}: the rehearsal broke; its first requests will be slower", config.name(), e);
        } finally {
            apart.close(PATIENCE);
        }
    }

    /** Stays loaded whoever closes it. */
    private record Lent(LoadedModel model) implements LoadedModel {
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
        public List<Tensor> run(List<Tensor> inputs) throws EngineException {
            return model.run(inputs);
        }

        @Override
        public Object batchKey(List<Tensor> inputs) {
            return model.batchKey(inputs);
        }

        @Override
        public void close() {}
    }
}
