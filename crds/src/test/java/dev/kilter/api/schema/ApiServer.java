package dev.kilter.api.schema;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real API server with the committed CRDs. */
public final class ApiServer implements AutoCloseable {

    private static final String VERSION = "1.34.4";
    private static final Path BINARIES = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest"))
            .resolve("k8s/" + VERSION + "-linux-amd64");

    private final KubeAPIServer server;
    private final KubernetesClient client;

    private ApiServer(KubeAPIServer server, KubernetesClient client) {
        this.server = server;
        this.client = client;
    }

    /** Skips the test, with the reason printed, where the server's binaries are missing. */
    public static ApiServer start() {
        if (!Files.isExecutable(BINARIES.resolve("kube-apiserver"))) {
            String reason = "no kube-apiserver in " + BINARIES + ", so nothing is checked on a real API server";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .build());
        server.start();
        return new ApiServer(server, client(Config.fromKubeconfig(server.getKubeConfigYaml())));
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Another user; the caller closes it. */
    public KubernetesClient as(String user) {
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        config.setImpersonateUsername(user);
        return client(config);
    }

    public KubernetesClient client() {
        return client;
    }

    /** The text of a kubeconfig with all rights. */
    public String kubeconfig() {
        return server.getKubeConfigYaml();
    }

    /** Applies the committed CRDs as users do, and waits until they are served. */
    public ApiServer withCrds() {
        try {
            kubectl("apply", "-f", ".");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    /** What it prints; fails if it does. */
    public String kubectl(String... arguments) throws IOException {
        Path folder = Files.createTempDirectory("kubectl");
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.getKubeConfigYaml());
        List<String> command = new ArrayList<>(List.of(
                BINARIES.resolve("kubectl").toString(),
                "--kubeconfig",
                kubeconfig.toString(),
                "--cache-dir",
                folder.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    private static boolean isServed(CustomResourceDefinition crd) {
        return crd != null
                && crd.getStatus() != null
                && crd.getStatus().getConditions() != null
                && crd.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Established")
                                && c.getStatus().equals("True"));
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }
}
