package dev.kilter.e2e;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Nodes without a machine in three zones, beside the real ones: labelled, tainted and sized as those of a GKE cluster
 * with NVIDIA's GPU operator. Their taints keep all pods off that do not ask for such hardware.
 */
record NodeFleet(KubernetesClient client) implements AutoCloseable {

    /** Whoever plays kubelets plays those of nodes with this label. */
    static final Map.Entry<String, String> WITHOUT_KUBELET = Map.entry("kilter.test/kubelet", "none");

    static final String ZONE = "topology.kubernetes.io/zone";
    static final String HOSTNAME = "kubernetes.io/hostname";
    static final String POOL = "cloud.google.com/gke-nodepool";
    static final List<String> ZONES = List.of("europe-west4-a", "europe-west4-b", "europe-west4-c");

    private static final int CLIENTS = 16;

    /**
     * Nodes of one kind.
     *
     * @param labels what tells their hardware
     * @param gpus of each node
     */
    record Pool(String name, String machine, int cpus, int gibibytes, int gpus, Map<String, String> labels) {

        static Pool ofGpus(String name, String machine, int cpus, int gibibytes, int gpus, String gke, String product) {
            return new Pool(
                    name,
                    machine,
                    cpus,
                    gibibytes,
                    gpus,
                    Map.of(
                            "cloud.google.com/gke-accelerator",
                            gke,
                            "cloud.google.com/gke-accelerator-count",
                            String.valueOf(gpus),
                            "nvidia.com/gpu.present",
                            "true",
                            "nvidia.com/gpu.product",
                            product,
                            "nvidia.com/gpu.count",
                            String.valueOf(gpus)));
        }

        /**
         * The same hardware, handed out in parts: GKE says so in a label of its own, the GPU operator in the product.
         */
        Pool inParts(String newName, String label, String value, String product) {
            Map<String, String> more = new LinkedHashMap<>(labels);
            more.put(label, value);
            more.put("nvidia.com/gpu.product", product);
            return new Pool(newName, machine, cpus, gibibytes, gpus, more);
        }

        private Node node(int number) {
            boolean arm = gpus == 0;
            String hostname = "gke-" + name + "-" + number;
            Map<String, String> all = new LinkedHashMap<>(labels);
            all.put(WITHOUT_KUBELET.getKey(), WITHOUT_KUBELET.getValue());
            all.put(HOSTNAME, hostname);
            all.put(POOL, name);
            all.put(ZONE, ZONES.get(number % ZONES.size()));
            all.put("topology.kubernetes.io/region", "europe-west4");
            all.put("node.kubernetes.io/instance-type", machine);
            all.put("kubernetes.io/os", "linux");
            all.put("kubernetes.io/arch", arm ? "arm64" : "amd64");
            Map<String, Quantity> has = new LinkedHashMap<>(Map.of(
                    "cpu", new Quantity(String.valueOf(cpus)),
                    "memory", new Quantity(gibibytes + "Gi"),
                    "pods", new Quantity("110")));
            if (gpus > 0) {
                has.put("nvidia.com/gpu", new Quantity(String.valueOf(gpus)));
            }
            return new NodeBuilder()
                    .withNewMetadata()
                    .withName(hostname)
                    .withLabels(all)
                    .endMetadata()
                    .withNewSpec()
                    .withTaints(
                            arm
                                    ? new Taint("NoSchedule", "kubernetes.io/arch", null, "arm64")
                                    : new Taint("NoSchedule", "nvidia.com/gpu", null, "present"))
                    .endSpec()
                    .withNewStatus()
                    .withCapacity(has)
                    .withAllocatable(has)
                    .withConditions(new NodeConditionBuilder()
                            .withType("Ready")
                            .withStatus("True")
                            .withReason("KubeletReady")
                            .withLastHeartbeatTime(Instant.now().toString())
                            .withLastTransitionTime(Instant.now().toString())
                            .build())
                    .endStatus()
                    .build();
        }
    }

    /** Adds nodes to a pool, and waits until they take pods. */
    void add(Pool pool, int from, int to) throws Exception {
        add(IntStream.range(from, to).mapToObj(pool::node));
    }

    /** Adds the first nodes of pools, and waits until they take pods. */
    void add(Map<Pool, Integer> sizes) throws Exception {
        add(sizes.entrySet().stream()
                .flatMap(each -> IntStream.range(0, each.getValue()).mapToObj(each.getKey()::node)));
    }

    private void add(Stream<Node> nodes) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Node>> all = nodes.map(
                            node -> threads.submit(() -> client.resource(node).create()))
                    .toList();
            for (Future<Node> each : all) {
                each.get();
            }
        }
        // A new node is tainted until a controller has seen that it is ready.
        Scenario.await(
                "new nodes to take pods",
                () -> nodes().stream()
                        .allMatch(node -> node.getSpec().getTaints().size() == 1));
    }

    List<Node> nodes() {
        return client.nodes()
                .withLabel(WITHOUT_KUBELET.getKey(), WITHOUT_KUBELET.getValue())
                .list()
                .getItems();
    }

    @Override
    public void close() {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            nodes().forEach(node -> threads.submit(() -> client.resource(node).delete()));
        }
    }
}
