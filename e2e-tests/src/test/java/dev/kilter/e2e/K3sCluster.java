package dev.kilter.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.Testcontainers;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Two nodes of k3s in Docker, with the image archives of {@code mvn jib:buildTar} imported into both. */
final class K3sCluster implements TestCluster {

    private static final DockerImageName IMAGE = DockerImageName.parse("rancher/k3s:v1.34.4-k3s1");
    private static final List<String> MODULES = List.of("serving-runtime", "gateway", "autoscaler", "operator");

    private static final String SERVER = "server";
    private static final String TOKEN = "kilter-e2e";

    private final Network network = Network.newNetwork();
    private final K3sContainer server = new K3sContainer(IMAGE)
            .withNetwork(network)
            .withNetworkAliases(SERVER)
            .withEnv("K3S_TOKEN", TOKEN);
    private final GenericContainer<?> agent = new GenericContainer<>(IMAGE)
            .withNetwork(network)
            .withEnv("K3S_URL", "https://" + SERVER + ":6443")
            .withEnv("K3S_TOKEN", TOKEN)
            .withPrivilegedMode(true)
            // As the module gives them to the server.
            .withFileSystemBind("/sys/fs/cgroup", "/sys/fs/cgroup", BindMode.READ_WRITE)
            .withTmpFs(Map.of("/run", "", "/var/run", ""))
            .withCommand("agent");

    private K3sCluster() {
        // The module's own command, and the name that the agent calls the server by in its certificate.
        server.withCommand("server", "--disable=traefik", "--tls-san=" + server.getHost(), "--tls-san=" + SERVER);
    }

    static K3sCluster start() throws IOException {
        K3sCluster cluster = new K3sCluster();
        Testcontainers.exposeHostPorts(ModelStore.PORT, DcgmExporter.PORT);
        cluster.server.start();
        cluster.agent.start();
        cluster.awaitBothNodes();
        for (String module : MODULES) {
            Path tar = Installation.ROOT.resolve(module).resolve("target/jib-image.tar");
            if (!Files.exists(tar)) {
                throw new IllegalStateException(
                        tar + " is missing; build the images with: mvn jib:buildTar -pl " + String.join(",", MODULES));
            }
            Stream.of(cluster.server, cluster.agent).forEach(node -> importImage(node, tar));
        }
        return cluster;
    }

    private void awaitBothNodes() {
        try (KubernetesClient client = client()) {
            Scenario.await(
                    "two ready nodes",
                    () -> client.nodes().list().getItems().stream()
                                    .filter(Readiness::isNodeReady)
                                    .count()
                            == 2);
        }
    }

    private static void importImage(GenericContainer<?> node, Path tar) {
        node.copyFileToContainer(MountableFile.forHostPath(tar), "/tmp/image.tar");
        output(node, "ctr", "-n", "k8s.io", "images", "import", "/tmp/image.tar");
    }

    private static String output(GenericContainer<?> node, String... command) {
        try {
            Container.ExecResult result = node.execInContainer(command);
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + result.getStderr());
            }
            return result.getStdout().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", command), e);
        }
    }

    @Override
    public String kubeconfig() {
        return server.getKubeConfigYaml();
    }

    @Override
    public String hostAddress() {
        // The name stands in the nodes' hosts files, which pods do not see: they get the address.
        return output(
                server, "awk", "$2 == \"" + GenericContainer.INTERNAL_HOST_HOSTNAME + "\" {print $1}", "/etc/hosts");
    }

    @Override
    public void close() {
        agent.stop();
        server.stop();
        network.close();
    }
}
