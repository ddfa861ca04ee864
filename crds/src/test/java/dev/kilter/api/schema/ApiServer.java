package dev.kilter.api.schema;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real API server with the committed CRDs. */
public final class ApiServer implements AutoCloseable {

    private static final String VERSION = "1.34.4";

    private final KubeAPIServer server;
    private final KubernetesClient client;

    private ApiServer(KubeAPIServer server, KubernetesClient client) {
        this.server = server;
        this.client = client;
    }

    /** Skips the test, with the reason printed, where the server's binaries are missing. */
    public static ApiServer start() {
        Path folder = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest"));
        Path binaries = folder.resolve("k8s/" + VERSION + "-linux-amd64");
        if (!Files.isExecutable(binaries.resolve("kube-apiserver"))) {
            String reason = "no kube-apiserver in " + binaries + ", so nothing is checked on a real API server";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .build());
        server.start();
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
        return new ApiServer(server, client);
    }

    public KubernetesClient client() {
        return client;
    }

    /** Applies the committed CRDs and waits until they are served. */
    public ApiServer withCrds() {
        for (var kind : Crds.KINDS) {
            client.load(read(Path.of(Crds.fileName(kind)))).serverSideApply();
        }
        for (var kind : Crds.KINDS) {
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(Crds.of(kind).getMetadata().getName())
                    .waitUntilCondition(ApiServer::isServed, 60, TimeUnit.SECONDS);
        }
        return this;
    }

    private static boolean isServed(CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Established")
                                && c.getStatus().equals("True"));
    }

    private static java.io.InputStream read(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }
}
