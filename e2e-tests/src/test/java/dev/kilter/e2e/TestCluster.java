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

/** The cluster under test: the one that KUBECONFIG names, else k3s in Docker. */
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

    /** Opens the cluster; {@link NeedsCluster} has seen that there is one. */
    static TestCluster open() throws IOException {
        return NeedsCluster.kubeconfig().isPresent()
                ? new ExternalCluster(
                        Files.readString(Path.of(NeedsCluster.kubeconfig().get())))
                : K3sCluster.start();
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
