package dev.kilter.autoscaler.kubernetes;

import dev.kilter.autoscaler.dcgm.GpuWatch;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the DCGM exporters are: the endpoints of their Service. While they cannot be listed there are none, and nothing
 * else waits for them.
 */
final class ExporterEndpoints implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExporterEndpoints.class);
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private final SharedIndexInformer<EndpointSlice> slices;

    ExporterEndpoints(KubernetesClient client, String namespace, String service) {
        this.slices = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel(SERVICE_LABEL, service)
                .runnableInformer(0)
                .exceptionHandler((started, failure) -> {
                    LOG.warn("{}/{}: its endpoints are not seen: {}", namespace, service, failure.getMessage());
                    return true;
                });
        slices.start();
    }

    /** Ready ones. */
    List<GpuWatch.Exporter> exporters() {
        return slices.getStore().list().stream()
                .flatMap(slice -> port(slice).stream()
                        .flatMap(port -> slice.getEndpoints().stream()
                                .filter(ExporterEndpoints::isReady)
                                .flatMap(endpoint -> exporter(endpoint, port))))
                .distinct()
                .toList();
    }

    private static Stream<GpuWatch.Exporter> exporter(Endpoint endpoint, int port) {
        return endpoint.getAddresses().stream()
                .limit(1)
                .map(ip -> new GpuWatch.Exporter(PodAddress.of(ip, port), Optional.ofNullable(endpoint.getNodeName())));
    }

    /** The Service has one, whatever it is called. */
    private static Optional<Integer> port(EndpointSlice slice) {
        return slice.getPorts().stream().map(EndpointPort::getPort).findFirst();
    }

    private static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    @Override
    public void close() {
        slices.close();
    }
}
