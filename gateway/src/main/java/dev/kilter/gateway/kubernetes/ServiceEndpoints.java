package dev.kilter.gateway.kubernetes;

import dev.kilter.gateway.routing.EndpointSource;
import dev.kilter.gateway.routing.PodAddress;
import dev.kilter.gateway.routing.PoolEndpoints;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The pods behind the Services of a namespace, one pool for each Service, from their EndpointSlices: ready, or leaving
 * (terminating but still serving). A Service may have several slices; an address may stand in two of them for a moment.
 */
public final class ServiceEndpoints implements EndpointSource {

    private static final String SERVICE = "kubernetes.io/service-name";
    private static final String HTTP = "http";

    private final KubernetesClient client;
    private final String namespace;
    private SharedIndexInformer<EndpointSlice> informer;

    public ServiceEndpoints(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public synchronized void start(BiConsumer<String, PoolEndpoints> listener) {
        informer = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel(SERVICE)
                .runnableInformer(0);
        informer.exceptionHandler(Outages.retryAlways("endpoints"));
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(EndpointSlice slice) {
                deliver(slice, listener);
            }

            @Override
            public void onUpdate(EndpointSlice before, EndpointSlice now) {
                deliver(now, listener);
            }

            @Override
            public void onDelete(EndpointSlice slice, boolean deletedFinalStateUnknown) {
                deliver(slice, listener);
            }
        });
        Outages.start(informer);
    }

    /** Of the whole Service, not of the slice alone. The informer's threads call one at a time. */
    private void deliver(EndpointSlice changed, BiConsumer<String, PoolEndpoints> listener) {
        serviceOf(changed).ifPresent(service -> {
            List<EndpointSlice> slices = informer.getStore().list().stream()
                    .filter(slice -> serviceOf(slice).equals(Optional.of(service)))
                    .toList();
            listener.accept(service, endpoints(slices));
        });
    }

    private static Optional<String> serviceOf(EndpointSlice slice) {
        return Optional.ofNullable(slice.getMetadata().getLabels()).map(labels -> labels.get(SERVICE));
    }

    /** What the slices of one Service add up to. */
    static PoolEndpoints endpoints(List<EndpointSlice> slices) {
        Set<PodAddress> ready = new LinkedHashSet<>();
        Set<PodAddress> leaving = new LinkedHashSet<>();
        for (EndpointSlice slice : slices) {
            Optional<Integer> port = port(slice);
            if (port.isEmpty() || slice.getEndpoints() == null) {
                continue;
            }
            for (Endpoint endpoint : slice.getEndpoints()) {
                // All addresses of one endpoint are the same pod; the first is enough.
                PodAddress pod = new PodAddress(endpoint.getAddresses().getFirst(), port.get());
                if (isReady(endpoint.getConditions())) {
                    ready.add(pod);
                } else if (isLeaving(endpoint.getConditions())) {
                    leaving.add(pod);
                }
            }
        }
        leaving.removeAll(ready);
        return new PoolEndpoints(new ArrayList<>(ready), new ArrayList<>(leaving));
    }

    /** An unknown condition counts as ready: so says the API. */
    private static boolean isReady(EndpointConditions conditions) {
        return conditions == null || conditions.getReady() == null || conditions.getReady();
    }

    private static boolean isLeaving(EndpointConditions conditions) {
        return Boolean.TRUE.equals(conditions.getTerminating()) && Boolean.TRUE.equals(conditions.getServing());
    }

    /** The port named http, or the only one. */
    private static Optional<Integer> port(EndpointSlice slice) {
        List<EndpointPort> ports = slice.getPorts() == null ? List.of() : slice.getPorts();
        return ports.stream()
                .filter(p -> HTTP.equals(p.getName()))
                .findFirst()
                .or(() -> ports.size() == 1 ? Optional.of(ports.getFirst()) : Optional.empty())
                .map(EndpointPort::getPort);
    }

    @Override
    public synchronized boolean known() {
        return informer != null && informer.hasSynced();
    }

    @Override
    public synchronized void close() {
        if (informer != null) {
            informer.stop();
        }
    }
}
