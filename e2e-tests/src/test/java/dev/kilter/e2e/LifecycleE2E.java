package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.e2e.AuditLog.Request;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A release from upgrade to uninstall and back, while clients ask: none of them sees it. */
@ClusterTest
@Order(Integer.MAX_VALUE)
class LifecycleE2E {

    private static final String MODEL = "restarted";
    private static final int HALF_LOAD = 25;

    private Scenario scenario;
    private ServiceDoor door;
    private OpenLoopLoad load;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-lifecycle");
        scenario.apply(Resources.text("emulated-restart.yaml"));
        scenario.awaitReady(MODEL);
        scenario.awaitPodsReady(MODEL, 2);
        door = scenario.door(MODEL);
        load = OpenLoopLoad.start(door, MODEL, HALF_LOAD);
    }

    @AfterAll
    void close() throws Exception {
        load.close();
        door.close();
        scenario.close();
    }

    @Test
    @Order(1)
    void anUpgradeCostsNoRequest(InstalledKilter kilter) {
        // Both processes and all gateways get other pods; the new operator stands by until the old one has gone.
        kilter.installation()
                .deploy(Map.of(
                        "operator.resources.requests.memory", "257Mi",
                        "autoscaler.resources.requests.memory", "257Mi",
                        "gateway.resources.requests.memory", "257Mi"));
        awaitGateway(kilter, "257Mi");
        assertNobodyNoticed();
    }

    @Test
    @Order(2)
    void aRollbackCostsNoRequest(InstalledKilter kilter) throws Exception {
        Optional<Path> helm = Optional.ofNullable(System.getenv("KILTER_E2E_HELM"))
                .map(Path::of)
                .filter(Files::isExecutable);
        if (helm.isPresent()) {
            kilter.installation().rollback(helm.get());
        } else {
            System.out.println(
                    "SKIPPED helm rollback: KILTER_E2E_HELM names no program; the values before are deployed");
            kilter.installation().deploy(Map.of());
        }
        awaitGateway(kilter, "256Mi");
        assertNobodyNoticed();
    }

    @Test
    @Order(3)
    void whatServesAndWhatUsersWroteOutlivesAnUninstall(InstalledKilter kilter) {
        Set<String> serving = uids(scenario.servingPods(MODEL));
        kilter.installation().uninstall();
        Scenario.await(
                "no pod in " + Installation.NAMESPACE,
                () -> kilter.client()
                        .pods()
                        .inNamespace(Installation.NAMESPACE)
                        .list()
                        .getItems()
                        .isEmpty());
        assertNobodyNoticed();
        assertThat(scenario.inferenceDeployment(MODEL).getMetadata().getDeletionTimestamp())
                .isNull();
        assertThat(uids(scenario.servingPods(MODEL))).isEqualTo(serving);
    }

    @Test
    @Order(4)
    void installedAgainForOneNamespaceItGoesOnWithRightsInThatAlone(InstalledKilter kilter) {
        Set<String> serving = uids(scenario.servingPods(MODEL));
        Instant from = Instant.now();
        kilter.installation().deploy(Map.of("namespaces[0]", scenario.namespace()));
        scenario.apply(Resources.text("emulated-restart.yaml").replace("maxReplicas: 2", "maxReplicas: 3"));
        Scenario.await("the change to be followed", () -> scenario.isFollowed(MODEL));
        scenario.awaitReady(MODEL);
        assertNobodyNoticed();
        assertThat(uids(scenario.servingPods(MODEL))).isEqualTo(serving);
        AuditLog.ofTheCluster()
                .ifPresent(log -> assertThat(log.requests().stream()
                                .filter(request -> request.at().isAfter(from))
                                .filter(Request::isForbidden))
                        .as("forbidden since it was installed again")
                        .isEmpty());
    }

    private void awaitGateway(InstalledKilter kilter, String memory) {
        Scenario.await(
                "a gateway of " + memory,
                () -> kilter.client()
                        .apps()
                        .deployments()
                        .inNamespace(scenario.namespace())
                        .withName("kilter-gateway")
                        .require()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getRequests()
                        .get("memory")
                        .toString()
                        .equals(memory));
        kilter.installation().awaitRolledOut(scenario.namespace(), "kilter-gateway");
    }

    private void assertNobodyNoticed() {
        load.awaitMore(50);
        load.assertNobodyNoticed();
    }

    private static Set<String> uids(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
    }
}
