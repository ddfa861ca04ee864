package dev.kilter.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/** The cluster under test: the one that KUBECONFIG names, else k3s in Docker, else none and the tests are skipped. */
sealed interface TestCluster extends AutoCloseable permits ExternalCluster, K3sCluster {

    /** The kubeconfig's text. */
    String kubeconfig();

    /** The address under which pods reach this machine. */
    String hostAddress();

    @Override
    void close();

    /** A client with all rights. */
    default KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig()))
                .build();
    }

    /** Opens a cluster, or skips the calling test with the reason. */
    static TestCluster openOrSkip() throws IOException {
        Optional<Path> kubeconfig = Optional.ofNullable(System.getenv("KUBECONFIG"))
                .filter(p -> !p.isBlank())
                .map(Path::of);
        if (kubeconfig.isPresent()) {
            return new ExternalCluster(Files.readString(kubeconfig.get()));
        }
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return K3sCluster.start();
        }
        Assumptions.abort("no cluster: KUBECONFIG is not set and no Docker engine answers"
                + " (run e2e-tests/run, which starts a cluster and these tests)");
        throw new AssertionError("unreachable");
    }
}

/** A cluster that somebody else started and loaded the images into. */
record ExternalCluster(String kubeconfig) implements TestCluster {

    @Override
    public String hostAddress() {
        return Optional.ofNullable(System.getenv("KILTER_E2E_HOST")).orElseGet(this::addressSharedWithANode);
    }

    private String addressSharedWithANode() {
        try (KubernetesClient client = client()) {
            return client.nodes().list().getItems().stream()
                    .flatMap(node -> node.getStatus().getAddresses().stream())
                    .map(address -> address.getAddress())
                    .filter(ExternalCluster::isOurs)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no node has an address of this machine; set"
                            + " KILTER_E2E_HOST to the address under which pods reach it"));
        }
    }

    private static boolean isOurs(String address) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {}
}
