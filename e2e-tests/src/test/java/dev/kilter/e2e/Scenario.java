package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The namespace of one scenario, and what a user does and sees in it. */
record Scenario(KubernetesClient client, Installation installation, String namespace) implements AutoCloseable {

    /** The machine may be busy with other things, and starts pods meanwhile: nothing here is about speed. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final ResourceDefinitionContext INFERENCE_DEPLOYMENTS = new ResourceDefinitionContext.Builder()
            .withGroup("serving.kilter.dev")
            .withVersion("v1alpha1")
            .withKind("InferenceDeployment")
            .withPlural("inferencedeployments")
            .withNamespaced(true)
            .build();

    static Scenario create(KubernetesClient client, Installation installation, String namespace) {
        installation.apply(Resources.text("namespace.yaml").replace("NAMESPACE", namespace));
        return new Scenario(client, installation, namespace);
    }

    /** Applies objects in this namespace. */
    void apply(String yaml) {
        installation.apply(yaml.replaceFirst("metadata:\n", "metadata:\n  namespace: " + namespace + "\n"));
    }

    void awaitReady(String name) {
        client.genericKubernetesResources(INFERENCE_DEPLOYMENTS)
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(r -> r != null && isReady(r), PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static boolean isReady(GenericKubernetesResource resource) {
        List<Map<String, Object>> conditions = resource.get("status", "conditions");
        return conditions != null
                && conditions.stream().anyMatch(c -> "Ready".equals(c.get("type")) && "True".equals(c.get("status")));
    }

    GenericKubernetesResource inferenceDeployment(String name) {
        return client.genericKubernetesResources(INFERENCE_DEPLOYMENTS)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    /** {@code True Serving}; {@code none}: it is not told. */
    String condition(String name, String type) {
        return found(name, type)
                .map(condition -> condition.get("status") + " " + condition.get("reason"))
                .orElse("none");
    }

    /** What a condition says; empty: it is not told. */
    String message(String name, String type) {
        return found(name, type)
                .map(condition -> String.valueOf(condition.get("message")))
                .orElse("");
    }

    private Optional<Map<String, Object>> found(String name, String type) {
        List<Map<String, Object>> all = inferenceDeployment(name).get("status", "conditions");
        return Optional.ofNullable(all).orElse(List.of()).stream()
                .filter(condition -> type.equals(condition.get("type")))
                .findFirst();
    }

    /** Whether the status is about the specification as it is now. */
    boolean isFollowed(String name) {
        GenericKubernetesResource resource = inferenceDeployment(name);
        Number observed = resource.get("status", "observedGeneration");
        return resource.getMetadata().getGeneration() == observed.longValue();
    }

    /** Waits until it serves, its specification as it is now is followed, and nothing is under way. */
    void awaitDone(String name) {
        await(
                name + " serves, and nothing is under way",
                () -> isFollowed(name)
                        && condition(name, "Ready").equals("True Serving")
                        && condition(name, "Reconciling").equals("False Done"));
    }

    /** The texts of an InferenceDeployment's events of a reason. */
    List<String> events(String name, String reason) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().equals(name)
                        && event.getReason().equals(reason))
                .map(Event::getMessage)
                .toList();
    }

    void delete(String inferenceDeployment) {
        client.genericKubernetesResources(INFERENCE_DEPLOYMENTS)
                .inNamespace(namespace)
                .withName(inferenceDeployment)
                .delete();
    }

    /** The Service of an InferenceDeployment. */
    ServiceDoor door(String inferenceDeployment) {
        return ServiceDoor.open(client, namespace, inferenceDeployment);
    }

    List<Pod> servingPods(String inferenceDeployment) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("serving.kilter.dev/inferencedeployment", inferenceDeployment)
                .withLabel("app.kubernetes.io/component", "serving-runtime")
                .list()
                .getItems();
    }

    void awaitPodsReady(String inferenceDeployment, int atLeast) {
        await("all pods of " + inferenceDeployment + " ready", () -> {
            List<Pod> pods = servingPods(inferenceDeployment);
            return pods.size() >= atLeast && pods.stream().allMatch(Readiness::isPodReady);
        });
    }

    /** Ends one serving pod, and waits until it is gone and as many as before are ready again. */
    void replacePod(String inferenceDeployment, Consumer<Pod> end) {
        List<Pod> before = servingPods(inferenceDeployment);
        assertThat(before).as("pods").hasSizeGreaterThan(1);
        String victim = before.getFirst().getMetadata().getName();
        end.accept(before.getFirst());
        await("another pod in place of " + victim, () -> {
            List<Pod> now = servingPods(inferenceDeployment);
            return now.stream().noneMatch(pod -> pod.getMetadata().getName().equals(victim))
                    && now.stream().filter(Readiness::isPodReady).count() >= before.size();
        });
    }

    /** As {@code kubectl rollout restart}; waits until every pod is another, and ready. */
    void restart(String deployment) {
        var resource = client.apps().deployments().inNamespace(namespace).withName(deployment);
        Map<String, String> selector =
                resource.require().getSpec().getSelector().getMatchLabels();
        List<String> before = names(selector);
        resource.rolling().restart();
        await("other pods in place of " + before, () -> {
            List<Pod> now = client.pods()
                    .inNamespace(namespace)
                    .withLabels(selector)
                    .list()
                    .getItems();
            return now.size() >= before.size()
                    && now.stream().allMatch(Readiness::isPodReady)
                    && now.stream()
                            .noneMatch(pod -> before.contains(pod.getMetadata().getName()));
        });
    }

    /** The pods of a Deployment. */
    List<Pod> pods(String deployment) {
        return client.pods()
                .inNamespace(namespace)
                .withLabels(client.apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName(deployment)
                        .require()
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .list()
                .getItems();
    }

    private List<String> names(Map<String, String> selector) {
        return client.pods().inNamespace(namespace).withLabels(selector).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("waiting for %s for %s", what, PATIENCE)
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
        }
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        client.namespaces()
                .withName(namespace)
                .waitUntilCondition(Objects::isNull, PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
