package dev.kilter.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.autoscaler.dcgm.Recorded;
import dev.kilter.autoscaler.kubernetes.KubernetesAutoscaler.ServiceName;
import dev.kilter.autoscaler.service.AutoscalerService;
import dev.kilter.autoscaler.service.Settings;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * From a recorded page of a real DCGM exporter to a written replica count: the whole process, a real API server with
 * the exporter's EndpointSlice, and an HTTP server that plays the page.
 */
class GpuGuardIT {

    private static final String NAMESPACE = "gpus";

    private static final FastClock CLOCK = new FastClock();

    private static final AtomicReference<String> PAGE = new AtomicReference<>("");

    private static TestCluster cluster;
    private static FakeLoadSource gateway;
    private static FakeLoadSource pod;
    private static HttpServer exporter;

    @BeforeAll
    static void start() throws IOException {
        InetAddress address = address();
        cluster = TestCluster.start();
        gateway = FakeLoadSource.gateway("intent", () -> 150.0, CLOCK);
        pod = FakeLoadSource.pod("intent", CLOCK);
        exporter = HttpServer.create(new InetSocketAddress(address, 0), 16);
        exporter.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        exporter.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] bytes = PAGE.get().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(bytes.length == 0 ? 503 : 200, 0);
                exchange.getResponseBody().write(bytes);
            }
        });
        exporter.start();
        serve();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
            gateway.close();
            pod.close();
        }
        if (exporter != null) {
            exporter.stop(0);
        }
    }

    @Test
    void theGuardActsOnWhatTheExporterTells() throws Exception {
        KubernetesClient client = cluster.linkedClient();
        PAGE.set(Recorded.oneGpu(NAMESPACE, "intent-0a-1", 41, 5_000, 15_000));
        try (AutoscalerService service = AutoscalerService.start(
                client,
                new Settings(
                        0,
                        Set.of(NAMESPACE),
                        NAMESPACE,
                        "gpu",
                        Optional.of(new ServiceName(NAMESPACE, "nvidia-dcgm-exporter"))),
                GpuGuardIT::address,
                CLOCK,
                FastClock.PERIOD,
                () -> {})) {
            // The rate alone asks for two.
            Await.until("two replicas", () -> replicas() == 2);
            awaitMetrics(service, series("gpu_utilization_ratio", "0.41"));

            PAGE.set(Recorded.oneGpu(NAMESPACE, "intent-0a-1", 93, 17_000, 3_000));
            Await.until("three replicas", () -> replicas() == 3);
            awaitMetrics(
                    service,
                    series("gpu_utilization_ratio", "0.93"),
                    series("gpu_memory_ratio", "0.85"),
                    series("gpu_pods", "1.0"),
                    series("gpu_reporting_pods", "1.0"));
            awaitReason("GPU utilization 93% above 80%: one more than the rate asks for, none taken");
            assertThat(reason()).contains("GPU memory 85% of at most 90%");

            PAGE.set(Recorded.with(
                            Recorded.oneGpu(NAMESPACE, "intent-0a-1", 41, 5_000, 15_000),
                            "DCGM_FI_DEV_XID_ERRORS",
                            "79")
                    .replaceAll("err_msg=\"[^\"]*\"", "err_msg=\"GPU has fallen off the bus\""));
            Await.until(
                    "an Event of the fault",
                    () -> client.events().v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                            .filter(event -> "GpuFault".equals(event.getReason()))
                            .map(Event::getNote)
                            .anyMatch("GPU 0 of node-a, pod intent-0a-1: XID 79 (GPU has fallen off the bus)"::equals));
            awaitMetrics(service, series("gpu_faults", "1.0"));

            // Out of work: what is not known takes nothing away, and is told.
            PAGE.set("");
            awaitMetrics(service, series("gpu_reporting_pods", "0.0"));
            Await.until(
                    "no series of what is not known",
                    () -> !metrics(service).contains("kilter_autoscaler_gpu_utilization_ratio{"));
            awaitReason("GPU utilization of 1 of 1 pods is not known, none taken:"
                    + " the DCGM exporter of node node-a does not answer any more: status 503 for /metrics"
                    + " (expected: 200); look in the log of what answers there");
        }
    }

    private static String series(String name, String value) {
        return "kilter_autoscaler_%s{namespace=\"gpus\",inferencedeployment=\"intent\",pool=\"intent-0a\",} %s\n"
                .formatted(name, value);
    }

    private static String metrics(AutoscalerService service) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void serve() {
        KubernetesClient client = cluster.client();
        client.resource("apiVersion: v1\nkind: Namespace\nmetadata: {name: gpus}")
                .create();
        client.resource("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: InferenceDeployment
                metadata: {name: intent, namespace: gpus}
                spec:
                  model:
                    variants: [{name: fp32, uri: "emulated:?curve=1:8ms,8:20ms"}]
                  slo: {latency: {p99: 50ms}}
                  scaling: {minReplicas: 1, maxReplicas: 8, gpu: {maxUtilization: 80%, maxMemory: 90%}}
                """).create();
        client.resource("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ServingPool
                metadata: {name: intent-0a, namespace: gpus}
                spec:
                  inferenceDeploymentRef: {name: intent}
                  revision: r1
                  configuration:
                    acceleratorClass: t4
                    provider: CUDA
                    variants: [{name: fp32, uri: "emulated:?curve=1:8ms,8:20ms"}]
                    operatingPoint: {variant: fp32, maxBatchSize: 16}
                    slo: {latency: {p99: 50ms}}
                  capacityPerReplica: "100"
                  scaling: {minReplicas: 1, maxReplicas: 8}
                """).create();
        client.resource("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: nvidia-dcgm-exporter-abcde
                  namespace: gpus
                  labels: {kubernetes.io/service-name: nvidia-dcgm-exporter}
                addressType: IPv4
                endpoints:
                - addresses: [%s]
                  nodeName: node-a
                  conditions: {ready: true}
                ports: [{name: gpu-metrics, port: %d, protocol: TCP}]
                """.formatted(
                                exporter.getAddress().getAddress().getHostAddress(),
                                exporter.getAddress().getPort()))
                .create();
        ready("gateway-1", Map.of(ClusterCache.COMPONENT, "gateway"), "");
        ready(
                "intent-0a-1",
                Map.of(ClusterCache.COMPONENT, "serving-runtime", "serving.kilter.dev/pool", "intent-0a"),
                "resources: {limits: {nvidia.com/gpu: \"1\"}}");
    }

    private static void ready(String name, Map<String, String> labels, String resources) {
        Pod pod =
                (Pod) cluster.client().resource("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: gpus}
                        spec:
                          nodeName: node-a
                          containers:
                          - name: main
                            image: none
                            %s
                        """.formatted(name, resources)).item();
        cluster.ready(new PodBuilder(pod)
                .editMetadata()
                .addToLabels(labels)
                .endMetadata()
                .build());
    }

    private static Optional<String> address(Pod asked) {
        boolean isGateway = "gateway".equals(asked.getMetadata().getLabels().get(ClusterCache.COMPONENT));
        return Optional.of(isGateway ? gateway.address() : pod.address());
    }

    /** An EndpointSlice takes no loopback address. */
    private static InetAddress address() throws IOException {
        Optional<InetAddress> found = NetworkInterface.networkInterfaces()
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
        if (found.isEmpty()) {
            String reason = "this machine has no address but loopback, and an EndpointSlice takes none of these";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        return found.orElseThrow();
    }

    private static int replicas() {
        return cluster.client()
                .resources(ServingPool.class)
                .inNamespace(NAMESPACE)
                .withName("intent-0a")
                .get()
                .getSpec()
                .replicas();
    }

    private static String reason() {
        ConfigMap demand = cluster.client()
                .configMaps()
                .inNamespace(NAMESPACE)
                .withName("intent-kilter-demand")
                .get();
        return demand == null
                ? ""
                : Json.read(demand.getData().get(DemandSummary.KEY), DemandSummary.class)
                        .message();
    }

    private static void awaitReason(String part) {
        Await.until("the reason: " + part, () -> reason().contains(part));
    }

    /** Of one tick: series are set one after the other. */
    private static void awaitMetrics(AutoscalerService service, String... series) {
        Await.until(String.join("", series), () -> {
            String told = metrics(service);
            return Stream.of(series).allMatch(told::contains);
        });
    }
}
