package dev.kilter.operator;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.status.Conditions;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Many InferenceDeployments, evenly over namespaces.
 *
 * @param size how many in all
 * @param models how many different models they serve in each namespace
 */
record Fleet(KubernetesClient client, int size, int namespaces, int models) {

    /** An API server has addresses for 254 Services otherwise. */
    private static final String MORE_SERVICES = """
            apiVersion: networking.k8s.io/v1
            kind: ServiceCIDR
            metadata: {name: more}
            spec: {cidrs: [10.96.0.0/16]}
            """;

    private static final int CLIENTS = 8;

    /** Makes room for them. */
    void prepare() throws InterruptedException, ExecutionException {
        client.resource(MORE_SERVICES).create();
        forEach(
                namespaces,
                number -> client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace(number))
                                .endMetadata()
                                .build())
                        .create());
    }

    /** Applies all as eight users would. */
    void apply() throws InterruptedException, ExecutionException {
        forEach(
                size,
                number -> client.resource(deployment(number))
                        .fieldManager("kubectl")
                        .serverSideApply());
    }

    String namespace(int number) {
        return "fleet-" + number % namespaces;
    }

    InferenceDeployment deployment(int number) {
        int model = number / namespaces % models;
        InferenceDeployment one = new KubernetesSerialization()
                .unmarshal(
                        RunningOperator.EMBEDDER.replace("embedder.onnx", model + ".onnx"), InferenceDeployment.class);
        one.getMetadata().setName("embedder-" + number);
        one.getMetadata().setNamespace(namespace(number));
        return one;
    }

    /** Whether the status of each tells its plan, and the gateways are told of all. */
    boolean isDone() {
        return all("Planned") && routed() == size;
    }

    private int routed() {
        return client.configMaps().inAnyNamespace().withLabel(Labels.PART_OF, "kilter").list().getItems().stream()
                .map(configMap -> configMap.getData().get(RouteTable.KEY))
                .filter(Objects::nonNull)
                .mapToInt(routes -> Json.read(routes, RouteTable.class).models().size())
                .sum();
    }

    /** How many have begun. */
    int measurements() {
        return client.batch().v1().jobs().inAnyNamespace().list().getItems().size();
    }

    boolean isReady() {
        return all("Ready");
    }

    private boolean all(String condition) {
        List<InferenceDeployment> all = client.resources(InferenceDeployment.class)
                .inAnyNamespace()
                .list()
                .getItems();
        return all.size() == size && all.stream().allMatch(one -> is(one, condition));
    }

    private static boolean is(InferenceDeployment one, String condition) {
        return one.getStatus() != null
                && Conditions.find(one.getStatus().conditions(), condition)
                        .filter(found -> found.status().equals("True"))
                        .isPresent();
    }

    static void forEach(int count, IntFunction<HasMetadata> task) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<HasMetadata>> all = IntStream.range(0, count)
                    .mapToObj(number -> threads.submit(() -> task.apply(number)))
                    .toList();
            for (Future<HasMetadata> each : all) {
                each.get();
            }
        }
    }
}
