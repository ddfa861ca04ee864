package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong with the objects that Kilter works by, at two fifths of what the pods carry: who asks notices
 * nothing, those pods serve on, and the next change of the specification is followed.
 */
@ClusterTest
class ClusterFaultsE2E {

    private static final String MODEL = "struck";
    private static final String SCHEMAS = "/openapi/v3/apis/serving.kilter.dev/v1alpha1";
    private static final int LOAD = 20;

    private Scenario scenario;
    private String yaml;
    private ServiceDoor door;
    private OpenLoopLoad load;
    private Set<String> serving;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-cluster-faults");
        yaml = Resources.text("emulated-faults.yaml");
        kilter.installation().apply(Resources.text("anywhere.yaml"));
        scenario.apply(yaml);
        scenario.awaitReady(MODEL);
        scenario.awaitPodsReady(MODEL, 2);
    }

    @AfterAll
    void close(InstalledKilter kilter) {
        scenario.close();
        kilter.installation().delete(Resources.text("anywhere.yaml"));
    }

    @BeforeEach
    void ask() {
        serving = uids();
        door = scenario.door(MODEL);
        load = OpenLoopLoad.start(door, MODEL, LOAD);
        load.awaitMore(50);
    }

    @AfterEach
    void stopAsking() throws Exception {
        load.close();
        door.close();
    }

    @Test
    @Order(1)
    void ofTwoOperatorsTheOtherGoesOnWhenTheOneThatLeadsIsKilled(InstalledKilter kilter) {
        kilter.installation().deploy(Map.of("operator.replicas", 2));
        Scenario.await("two operators, of which one leads", () -> {
            List<String> names = kilter.podsOf("operator").stream()
                    .map(pod -> pod.getMetadata().getName())
                    .toList();
            return names.size() == 2 && names.contains(holder(kilter.client()));
        });
        String leads = holder(kilter.client());
        kilter.client()
                .pods()
                .inNamespace(Installation.NAMESPACE)
                .withName(leads)
                .withGracePeriod(0)
                .delete();
        follows(4);
        assertThat(holder(kilter.client())).isNotEqualTo(leads);
        kilter.installation().deploy(Map.of());
        follows(2);
    }

    @Test
    @Order(2)
    void aQuotaThatIsUsedUpKeepsMorePodsAwayIsToldAndMendsItself(InstalledKilter kilter) {
        int pods = kilter.client()
                .pods()
                .inNamespace(scenario.namespace())
                .list()
                .getItems()
                .size();
        Resource<ResourceQuota> quota = kilter.client()
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("no-more")
                        .withNamespace(scenario.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("pods", new Quantity(String.valueOf(pods))))
                        .endSpec()
                        .build());
        quota.create();
        scenario.apply(yaml.replace("minReplicas: 2, maxReplicas: 2", "minReplicas: 3, maxReplicas: 3"));
        Scenario.await(
                "that the quota is in the way is told",
                () -> scenario.condition(MODEL, "Reconciling").equals("True PodsRefused")
                        && scenario.message(MODEL, "Reconciling").contains("exceeded quota: no-more"));
        assertThat(scenario.condition(MODEL, "TrafficAvailable")).isEqualTo("True Serving");
        quota.delete();
        scenario.awaitPodsReady(MODEL, 3);
        scenario.awaitDone(MODEL);
        assertNobodyNoticed();
        scenario.apply(yaml);
        Scenario.await("two pods", () -> scenario.servingPods(MODEL).size() == 2);
        load.awaitMore(50);
        load.assertNobodyNoticed();
    }

    @Test
    @Order(3)
    void aNamespaceThatGoesWhileItsPodsStartGoesAndNobodyElseNotices(InstalledKilter kilter) {
        Scenario doomed = kilter.scenario("kilter-e2e-doomed");
        doomed.apply(yaml);
        Scenario.await("its first pod", () -> !doomed.servingPods(MODEL).isEmpty());
        doomed.close(); // Waits until nothing is left of it.
        follows(4);
        follows(2);
    }

    @Test
    @Order(4)
    void crdsThatAreNewerThanTheOperatorChangeNothing(InstalledKilter kilter) {
        JSONSchemaProps unheardOf =
                new JSONSchemaPropsBuilder().withType("string").build();
        CustomResourceDefinition before = change(
                kilter,
                schema -> Stream.of("spec", "status")
                        .forEach(part ->
                                schema.getProperties().get(part).getProperties().put("unheardOf", unheardOf)));
        try {
            scenario.apply(yaml + "  unheardOf: of\n");
            scenario.awaitDone(MODEL);
            assertNobodyNoticed();
            restartOperator(kilter);
            follows(4);
        } finally {
            restore(kilter, before);
        }
        follows(2);
    }

    @Test
    @Order(5)
    void crdsThatAreOlderThanTheOperatorAreToldWhatTheyHaveRoomForAndTheRestOnceTheyAreUpgraded(
            InstalledKilter kilter) {
        CustomResourceDefinition before = change(
                kilter,
                schema -> schema.getProperties().get("status").getProperties().remove("url"));
        try {
            follows(4);
            assertThat(url()).isNull();
        } finally {
            restore(kilter, before);
        }
        restartOperator(kilter);
        follows(2);
        assertThat(url()).isNotNull();
    }

    /** A change of the specification that moves no pod is followed, and nobody notices. */
    private void follows(int maxReplicas) {
        scenario.apply(yaml.replace("maxReplicas: 2", "maxReplicas: " + maxReplicas));
        scenario.awaitDone(MODEL);
        assertNobodyNoticed();
    }

    private void assertNobodyNoticed() {
        load.awaitMore(50);
        load.assertNobodyNoticed();
        assertThat(uids()).containsAll(serving);
    }

    private Set<String> uids() {
        return scenario.servingPods(MODEL).stream()
                .map(pod -> pod.getMetadata().getUid())
                .collect(Collectors.toSet());
    }

    private String url() {
        return scenario.inferenceDeployment(MODEL).get("status", "url");
    }

    private static String holder(KubernetesClient client) {
        return client.leases()
                .inNamespace(Installation.NAMESPACE)
                .withName("kilter-operator")
                .require()
                .getSpec()
                .getHolderIdentity();
    }

    private static void restartOperator(InstalledKilter kilter) {
        new Scenario(kilter.client(), kilter.installation(), Installation.NAMESPACE).restart("kilter-operator");
    }

    /** @return the CRD as it was */
    private static CustomResourceDefinition change(InstalledKilter kilter, Consumer<JSONSchemaProps> how) {
        CustomResourceDefinition before = crd(kilter).require();
        edit(
                kilter,
                crd -> how.accept(
                        crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema()));
        return before;
    }

    private static void restore(InstalledKilter kilter, CustomResourceDefinition before) {
        edit(kilter, crd -> crd.setSpec(before.getSpec()));
    }

    /** Waits until the API server goes by it. */
    private static void edit(InstalledKilter kilter, Consumer<CustomResourceDefinition> how) {
        String published = kilter.client().raw(SCHEMAS);
        crd(kilter).edit(crd -> {
            how.accept(crd);
            return crd;
        });
        Scenario.await(
                "the changed schema", () -> !published.equals(kilter.client().raw(SCHEMAS)));
    }

    private static Resource<CustomResourceDefinition> crd(InstalledKilter kilter) {
        return kilter.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("inferencedeployments.serving.kilter.dev");
    }
}
