package dev.kilter.cli;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real API server; the test writes what operator and autoscaler would. */
final class ExplainableCluster implements AutoCloseable {
    private static final String VERSION = "1.34.4";
    private static final String KUBECONFIG = "kubeconfig";

    private final KubeAPIServer server;
    private final KubernetesClient client;

    private ExplainableCluster(KubeAPIServer server) {
        this.server = server;
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
    }

    /** Skips the test, with the reason printed, where the server's binaries are missing. */
    static ExplainableCluster start(String without) {
        Path binaries = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest"))
                .resolve("k8s/" + VERSION + "-linux-amd64");
        if (!Files.isExecutable(binaries.resolve("kube-apiserver"))) {
            String reason = "no kube-apiserver in " + binaries + ", so " + without + " on a real API server";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .build());
        server.start();
        return new ExplainableCluster(server);
    }

    KubernetesClient client() {
        return client;
    }

    String kubeconfig() {
        return server.getKubeConfigYaml();
    }

    String withoutCredentials() {
        return kubeconfig().replaceAll("(?m)^ *client-(certificate|key)(-data)?:.*$", "");
    }

    /** From now on the command line finds this kubeconfig. */
    void use(Path folder, String kubeconfig) throws IOException {
        System.setProperty(
                KUBECONFIG,
                Files.writeString(folder.resolve("config"), kubeconfig).toString());
    }

    static void useNone() {
        System.clearProperty(KUBECONFIG);
    }

    @Override
    public void close() {
        useNone();
        client.close();
        server.stop();
    }

    void installCrds() throws IOException {
        for (String kind : List.of("inferencedeployments", "servingpools")) {
            String name = kind + ".serving.kilter.dev";
            try (InputStream yaml = Files.newInputStream(Path.of("../crds", name + "-v1.yml"))) {
                client.load(yaml).serverSideApply();
            }
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name)
                    .waitUntilCondition(
                            crd -> crd != null
                                    && crd.getStatus() != null
                                    && crd.getStatus().getConditions() != null
                                    && crd.getStatus().getConditions().stream()
                                            .anyMatch(c -> c.getType().equals("Established")
                                                    && c.getStatus().equals("True")),
                            60,
                            TimeUnit.SECONDS);
        }
    }

    void serve(String namespace) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        client.resource("""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: default, namespace: %s}
                """.formatted(namespace)).serverSideApply();
        InferenceDeployment deployment = client.resources(InferenceDeployment.class)
                .inNamespace(namespace)
                .load(stream("""
                        apiVersion: serving.kilter.dev/v1alpha1
                        kind: InferenceDeployment
                        metadata: {name: search, namespace: %s}
                        spec:
                          model:
                            variants: [{name: fp32, uri: "emulated:?curve=1:8ms,8:20ms"}]
                          slo: {latency: {p99: 50ms}}
                          scaling: {minReplicas: 1, maxReplicas: 2}
                        """.formatted(namespace)))
                .create();
        String since = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        deployment.setStatus(new InferenceDeploymentStatus(
                1L,
                null,
                2,
                0,
                null,
                null,
                List.of(
                        new Condition("TrafficAvailable", "True", 1L, since, "Serving", "requests are answered"),
                        new Condition("SLOMet", "False", 1L, since, "MissedAtMaxReplicas", "misses p99 50ms")),
                List.of()));
        client.resource(deployment).updateStatus();
        client.resource("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ServingPool
                metadata: {name: search-0a, namespace: %s}
                spec:
                  inferenceDeploymentRef: {name: search}
                  revision: r1
                  configuration:
                    acceleratorClass: t4
                    provider: CPU
                    variants: [{name: fp32, uri: "emulated:?curve=1:8ms,8:20ms"}]
                    operatingPoint: {variant: fp32, maxBatchSize: 16}
                    slo: {latency: {p99: 50ms}}
                  replicas: 2
                """.formatted(namespace)).create();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("search" + DemandSummary.CONFIG_MAP_SUFFIX)
                        .endMetadata()
                        .addToData(DemandSummary.KEY, Json.write(demand()))
                        .build())
                .create();
        client.resource(pod(namespace)).create();
        client.resource("""
                apiVersion: v1
                kind: Event
                metadata: {name: search-0a-1.1, namespace: %s}
                involvedObject: {apiVersion: v1, kind: Pod, name: search-0a-1, namespace: %s}
                type: Warning
                reason: FailedMount
                message: no such volume
                lastTimestamp: "%s"
                """.formatted(namespace, namespace, since)).create();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Pod pod(String namespace) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("search-0a-1")
                .addToLabels("serving.kilter.dev/inferencedeployment", "search")
                .addToLabels("serving.kilter.dev/pool", "search-0a")
                .endMetadata()
                .withNewSpec()
                .withAutomountServiceAccountToken(false)
                .withServiceAccountName("default")
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
    }

    private static DemandSummary demand() {
        long now = System.currentTimeMillis();
        return new DemandSummary(
                "search",
                now,
                150,
                180,
                Optional.of(80.0),
                Optional.of(0.975),
                300,
                true,
                List.of("150/s arrive, up to 190/s expected in 32 s (the level stays, 99% sure)"),
                List.of(new DemandSummary.Pool(
                        "search-0a", 2, 0, "fp32", 16, List.of("190/s at 100% of 100/s a replica as measured"))),
                List.of(new DemandSummary.Scaling(now - 20_000, "search-0a", 1, 2, "more is expected")),
                Optional.empty());
    }
}
