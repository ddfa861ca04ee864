package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A cluster of two nodes, one labelled as a T4's and one as an A100's, with Kilter on it and a store of models. */
final class InstalledKilter implements AutoCloseable {

    private final TestCluster cluster;
    private final KubernetesClient client;
    private final ModelStore store;
    private final Installation installation;
    private final List<String> namespaces = new ArrayList<>(List.of(Installation.NAMESPACE));

    private InstalledKilter(TestCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
        this.store = ModelStore.start();
        this.installation = new Installation(cluster, client);
    }

    static InstalledKilter install() {
        InstalledKilter kilter = new InstalledKilter(open());
        try {
            List<Node> nodes = kilter.client.nodes().list().getItems();
            assertThat(nodes).as("nodes of the cluster").hasSizeGreaterThanOrEqualTo(2);
            kilter.label(nodes.get(0), "Tesla-T4");
            kilter.label(nodes.get(1), "NVIDIA-A100-SXM4-40GB");
            kilter.installation.install();
            kilter.installation.apply(Resources.text("accelerator-classes.yaml"));
            return kilter;
        } catch (RuntimeException | AssertionError e) {
            kilter.diagnosis().print();
            kilter.close();
            throw e;
        }
    }

    private static TestCluster open() {
        try {
            return TestCluster.open();
        } catch (IOException e) {
            throw new UncheckedIOException("opening the cluster", e);
        }
    }

    private void label(Node node, String product) {
        untilTaken(() -> client.nodes().withName(node.getMetadata().getName()).edit(n -> {
            n.getMetadata().getLabels().put("nvidia.com/gpu.product", product);
            return n;
        }));
        untilTaken(() -> client.nodes().withName(node.getMetadata().getName()).editStatus(n -> {
            n.getStatus().getCapacity().put("nvidia.com/gpu", new Quantity("4"));
            n.getStatus().getAllocatable().put("nvidia.com/gpu", new Quantity("4"));
            return n;
        }));
    }

    /** A controller writes the same object: whoever comes second looks again. */
    static void untilTaken(Runnable edit) {
        for (int attempt = 1; ; attempt++) {
            try {
                edit.run();
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == 10) {
                    throw e;
                }
            }
        }
    }

    /** The same classes once more, named {@code t4-impatient} and so on, that count as full after so long. */
    void applyImpatientClasses(Duration provisioningTimeout) {
        installation.apply(Resources.impatientClasses(
                "$1-impatient", Resources.text("accelerator-classes.yaml"), provisioningTimeout));
    }

    /** Whether the nodes with a GPU product take new pods. */
    void cordon(String product, boolean cordoned) {
        client.nodes().withLabel("nvidia.com/gpu.product", product).list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .forEach(name -> untilTaken(() -> client.nodes().withName(name).edit(node -> {
                    node.getSpec().setUnschedulable(cordoned);
                    return node;
                })));
    }

    /** Replaces all taints of a node. */
    void taint(String name, Taint... taints) {
        untilTaken(() -> client.nodes().withName(name).edit(node -> {
            node.getSpec().setTaints(List.of(taints));
            return node;
        }));
    }

    /** Kilter's own pods of a component. */
    List<Pod> podsOf(String component) {
        return client.pods()
                .inNamespace(Installation.NAMESPACE)
                .withLabel("app.kubernetes.io/component", component)
                .withLabel(Installation.OF_A_DEPLOYMENT)
                .list()
                .getItems();
    }

    /** The address under which pods reach this machine. */
    String hostAddress() {
        return cluster.hostAddress();
    }

    /** The text of one with all rights. */
    String kubeconfig() {
        return cluster.kubeconfig();
    }

    /** The GPU product that a node is labelled with. */
    String product(String node) {
        return client.nodes().withName(node).require().getMetadata().getLabels().get("nvidia.com/gpu.product");
    }

    /** A new namespace for one scenario, held to the restricted pod security standard. */
    Scenario scenario(String namespace) {
        namespaces.add(namespace);
        return Scenario.create(client, installation, namespace);
    }

    Installation installation() {
        return installation;
    }

    KubernetesClient client() {
        return client;
    }

    Diagnosis diagnosis() {
        return new Diagnosis(client, List.copyOf(namespaces));
    }

    @Override
    public void close() {
        installation.uninstall();
        client.close();
        store.close();
        cluster.close();
    }
}
