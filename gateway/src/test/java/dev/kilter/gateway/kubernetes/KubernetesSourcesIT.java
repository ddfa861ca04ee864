package dev.kilter.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.gateway.routing.PodAddress;
import dev.kilter.gateway.routing.PoolEndpoints;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two sources on a real API server, which then goes away. */
class KubernetesSourcesIT {

    private static final String VERSION = "1.34.4";

    private Optional<KubeAPIServer> running = Optional.empty();
    private KubernetesClient client;
    private final AtomicReference<RouteTable> routes = new AtomicReference<>();
    private final Map<String, PoolEndpoints> endpoints = new ConcurrentHashMap<>();

    @BeforeEach
    void start() {
        Path folder = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest"));
        Path binary = folder.resolve("k8s/" + VERSION + "-linux-amd64/kube-apiserver");
        if (!Files.isExecutable(binary)) {
            String reason = "no " + binary + ", so the gateway's sources are not checked on a real API server";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .build());
        server.start();
        running = Optional.of(server);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        stopServer();
    }

    private void stopServer() {
        running.ifPresent(KubeAPIServer::stop);
        running = Optional.empty();
    }

    @Test
    void routesAndEndpointsAreFollowedAndKeptWhileTheApiServerIsAway() throws InterruptedException {
        try (ConfigMapRoutes routeSource = new ConfigMapRoutes(client, "default");
                ServiceEndpoints endpointSource = new ServiceEndpoints(client, "default")) {
            routeSource.start(routes::set);
            endpointSource.start(endpoints::put);

            RouteTable first = table("m", 50);
            write(Json.write(first));
            eventually(() -> first.equals(routes.get()));

            RouteTable second = table("m", 80);
            write(Json.write(second));
            eventually(() -> second.equals(routes.get()));

            write("{ no JSON");
            client.resource(slice("p-1", "p", "10.1.0.1", true, false)).create();
            client.resource(slice("p-2", "p", "10.1.0.2", true, false)).create();
            eventually(() -> ready("p").size() == 2);
            assertThat(routes.get()).isEqualTo(second);

            client.resource(slice("p-1", "p", "10.1.0.1", false, true)).update();
            eventually(() -> ready("p").equals(List.of(new PodAddress("10.1.0.2", 8080))));
            assertThat(endpoints.get("p").leaving()).containsExactly(new PodAddress("10.1.0.1", 8080));

            client.resource(slice("p-1", "p", "10.1.0.1", false, true)).delete();
            eventually(() -> endpoints.get("p").leaving().isEmpty());
            client.configMaps()
                    .inNamespace("default")
                    .withName(RouteTable.CONFIG_MAP)
                    .delete();

            stopServer();
            Thread.sleep(2_000); // Long enough for both informers to notice and to try again.
            assertThat(routes.get()).isEqualTo(second);
            assertThat(ready("p")).containsExactly(new PodAddress("10.1.0.2", 8080));
        }
    }

    private List<PodAddress> ready(String pool) {
        return endpoints.getOrDefault(pool, PoolEndpoints.NONE).ready();
    }

    private void write(String json) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(RouteTable.CONFIG_MAP)
                        .withNamespace("default")
                        .endMetadata()
                        .withData(Map.of(RouteTable.KEY, json))
                        .build())
                .serverSideApply();
    }

    private static RouteTable table(String model, double sloMillis) {
        return new RouteTable(List.of(new RouteTable.Model(
                model, sloMillis, List.of(new RouteTable.Revision("1", 100, List.of(new RouteTable.Pool("p", 10)))))));
    }

    private static EndpointSlice slice(
            String name, String service, String address, boolean ready, boolean terminating) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("kubernetes.io/service-name", service)
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses(address)
                .withNewConditions()
                .withReady(ready)
                .withServing(true)
                .withTerminating(terminating)
                .endConditions()
                .endEndpoint()
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .endPort()
                .build();
    }

    private static void eventually(Supplier<Boolean> holds) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!holds.get()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("did not come to hold within 20 s");
            }
            Thread.sleep(20);
        }
    }
}
