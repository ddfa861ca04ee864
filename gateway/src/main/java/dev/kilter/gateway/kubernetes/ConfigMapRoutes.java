package dev.kilter.gateway.kubernetes;

import dev.kilter.gateway.routing.RouteSource;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The route table in the ConfigMap {@value RouteTable#CONFIG_MAP}. A table that is gone or cannot be read leaves the
 * last one in force: a gateway without routes would drop every request.
 */
public final class ConfigMapRoutes implements RouteSource {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigMapRoutes.class);

    private final KubernetesClient client;
    private final String namespace;
    private SharedIndexInformer<ConfigMap> informer;

    public ConfigMapRoutes(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public synchronized void start(Consumer<RouteTable> listener) {
        informer = client.configMaps()
                .inNamespace(namespace)
                .withName(RouteTable.CONFIG_MAP)
                .runnableInformer(0);
        informer.exceptionHandler(Outages.retryAlways("routes"));
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap configMap) {
                deliver(configMap, listener);
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap now) {
                deliver(now, listener);
            }

            @Override
            public void onDelete(ConfigMap configMap, boolean deletedFinalStateUnknown) {
                LOG.warn("ConfigMap {} is gone; the last routes stay in force", RouteTable.CONFIG_MAP);
            }
        });
        Outages.start(informer);
    }

    private static void deliver(ConfigMap configMap, Consumer<RouteTable> listener) {
        String json = configMap.getData() == null ? null : configMap.getData().get(RouteTable.KEY);
        if (json == null) {
            LOG.warn("ConfigMap {} has no {}; the last routes stay in force", RouteTable.CONFIG_MAP, RouteTable.KEY);
            return;
        }
        try {
            listener.accept(Json.read(json, RouteTable.class));
            LOG.info(
                    "Routes of ConfigMap {} version {} are in force",
                    RouteTable.CONFIG_MAP,
                    configMap.getMetadata().getResourceVersion());
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "{} of ConfigMap {} cannot be read; the last routes stay in force",
                    RouteTable.KEY,
                    RouteTable.CONFIG_MAP,
                    e);
        }
    }

    @Override
    public synchronized void close() {
        if (informer != null) {
            informer.stop();
        }
    }
}
