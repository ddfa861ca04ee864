package dev.kilter.operator;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real API server with Kilter's CRDs; nothing runs what is created there. */
final class ApiServer implements AutoCloseable {

    private static final String VERSION = "1.34.4";
    private static final Path BINARIES = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest"))
            .resolve("k8s/" + VERSION + "-linux-amd64");

    /** On a machine that is busy with other things. */
    private static final int START_MILLIS = 180_000;

    private final KubeAPIServer server;
    final KubernetesClient client;
    final CuttableLink link;
    private Process restarted;

    private ApiServer(KubeAPIServer server) {
        this.server = server;
        this.client = newClient();
        this.link = CuttableLink.to(URI.create(client.getConfiguration().getMasterUrl()));
    }

    static ApiServer start() throws IOException {
        if (!Files.isExecutable(BINARIES.resolve("kube-apiserver"))) {
            String reason = "no kube-apiserver in " + BINARIES + ", so the operator is not tried on a real API server";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .withStartupTimeout(START_MILLIS)
                .build());
        server.start();
        ApiServer started = new ApiServer(server);
        started.applyCrds();
        return started;
    }

    /** What the program prints, and how it ended. */
    record Said(int code, String text) {}

    /** Runs kubectl with all rights. */
    Said kubectl(String... arguments) throws IOException {
        Path folder = Files.createTempDirectory("kubectl");
        Path kubeconfig = kubeconfig();
        List<String> command = new ArrayList<>(List.of(
                BINARIES.resolve("kubectl").toString(),
                "--kubeconfig",
                kubeconfig.toString(),
                "--cache-dir",
                folder.resolve("cache").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.onExit().join().exitValue(), text);
    }

    /** A file with all rights. */
    Path kubeconfig() throws IOException {
        return Files.writeString(Files.createTempFile("kubeconfig", ".yaml"), server.getKubeConfigYaml());
    }

    KubernetesClient newClient() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
    }

    /** For what is tested: behind the link. */
    KubernetesClient linkedClient() {
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        config.setMasterUrl("https://127.0.0.1:" + link.port() + "/");
        return KilterOperator.client(config);
    }

    /**
     * Another process on the same etcd takes the server's place behind the link, as after a restart: connections break,
     * and it remembers nothing of any watch.
     */
    void restart() throws IOException {
        String port = String.valueOf(
                URI.create(client.getConfiguration().getMasterUrl()).getPort());
        String another;
        try (ServerSocket free = new ServerSocket(0)) {
            another = String.valueOf(free.getLocalPort());
        }
        List<String> command =
                new ArrayList<>(List.of(BINARIES.resolve("kube-apiserver").toString()));
        ProcessHandle.current()
                .children()
                .map(child -> List.of(child.info().arguments().orElse(new String[0])))
                .filter(arguments -> arguments.contains("--secure-port") && arguments.contains(port))
                .findFirst()
                .orElseThrow()
                .forEach(argument -> command.add(argument.equals(port) ? another : argument));
        restarted = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        config.setMasterUrl("https://127.0.0.1:" + another + "/");
        try (KubernetesClient its =
                new KubernetesClientBuilder().withConfig(config).build()) {
            Await.until("the other API server", () -> !restarted.isAlive() || isReady(its));
            if (!restarted.isAlive()) {
                throw new IOException("ended with " + restarted.exitValue() + ": " + command);
            }
        }
        link.retarget(URI.create(config.getMasterUrl()));
    }

    private static boolean isReady(KubernetesClient its) {
        try {
            return "ok".equals(its.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private void applyCrds() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../crds"))) {
            List<Path> crds =
                    files.filter(file -> file.toString().endsWith("-v1.yml")).toList();
            for (Path crd : crds) {
                client.load(Files.newInputStream(crd)).serverSideApply();
            }
        }
        // That it is established is written before it is served.
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .list()
                .getItems()
                .forEach(crd -> Await.until(crd.getMetadata().getName() + " to be served", () -> isServed(crd)));
    }

    private boolean isServed(CustomResourceDefinition crd) {
        String version = crd.getSpec().getVersions().getFirst().getName();
        String plural = crd.getSpec().getNames().getPlural();
        return client.raw("/apis/" + crd.getSpec().getGroup() + "/" + version + "/" + plural) != null;
    }

    @Override
    public void close() {
        client.close();
        link.close();
        if (restarted != null) {
            restarted.destroyForcibly();
        }
        server.stop();
    }
}
