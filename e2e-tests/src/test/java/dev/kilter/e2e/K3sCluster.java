package dev.kilter.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.Testcontainers;
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

    private final Network network = Network.newNetwork();
    private final K3sContainer server =
            new K3sContainer(IMAGE).withNetwork(network).withNetworkAliases("server");
    private final GenericContainer<?> agent = new GenericContainer<>(IMAGE)
            .withNetwork(network)
            .withPrivilegedMode(true)
            .withEnv("K3S_URL", "https://server:6443")
            .withEnv("K3S_TOKEN", "kilter-e2e")
            .withCommand("agent");

    private K3sCluster() {
        server.withEnv("K3S_TOKEN", "kilter-e2e");
    }

    static K3sCluster start() throws IOException {
        K3sCluster cluster = new K3sCluster();
        Testcontainers.exposeHostPorts(ModelStore.PORT);
        cluster.server.start();
        cluster.agent.start();
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

    private static void importImage(GenericContainer<?> node, Path tar) {
        node.copyFileToContainer(MountableFile.forHostPath(tar), "/tmp/image.tar");
        try {
            Container.ExecResult result =
                    node.execInContainer("ctr", "-n", "k8s.io", "images", "import", "/tmp/image.tar");
            if (result.getExitCode() != 0) {
                throw new IllegalStateException("importing " + tar + ": " + result.getStderr());
            }
        } catch (IOException e) {
            throw new IllegalStateException("importing " + tar, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while importing " + tar, e);
        }
    }

    @Override
    public String kubeconfig() {
        return server.getKubeConfigYaml();
    }

    @Override
    public String hostAddress() {
        return GenericContainer.INTERNAL_HOST_HOSTNAME;
    }

    @Override
    public void close() {
        agent.stop();
        server.stop();
        network.close();
    }
}
