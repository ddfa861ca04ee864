package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * What breaks around pods that serve at two fifths of what they carry. Requests that a killed process or a lost node
 * has are lost and told so, and no other; nothing else costs a client anything; the status names the cause, and all of
 * it mends itself once the cause is gone.
 */
@ClusterTest
class FaultsE2E {

    private static final String MODEL = "struck";
    private static final String STORED = "stored";
    private static final int LOAD = 20;

    /** A killed pod's connections close at once; the rest is for a busy machine. */
    private static final Duration UNNOTICED = Duration.ofSeconds(10);
    /** How long a gateway waits for a machine to say that it got something. */
    private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(3);
    /**
     * A machine that is gone closes nothing: its connections break within 4 s of the last word on them, and 3.4 s after
     * what was still sent on them; the rest is for a busy machine.
     */
    private static final Duration UNHEARD = Duration.ofSeconds(10);

    /** Requests of four seconds for two pods. */
    private static final int OWED = 200;

    private Scenario scenario;
    private String yaml;
    private KeyedStore store;

    @BeforeAll
    void serve(InstalledKilter kilter) {
        scenario = kilter.scenario("kilter-e2e-faults");
        yaml = Resources.text("emulated-faults.yaml");
        kilter.installation().apply(Resources.text("anywhere.yaml"));
        store = openStore("first");
        applySecret(kilter, "first");
        scenario.apply(yaml);
        scenario.apply(Resources.text("stored.yaml"));
        scenario.awaitReady(MODEL);
        scenario.awaitReady(STORED);
        scenario.awaitPodsReady(MODEL, 2);
    }

    @AfterAll
    void close(InstalledKilter kilter) {
        scenario.close();
        store.close();
        kilter.installation().delete(Resources.text("anywhere.yaml"));
    }

    private static KeyedStore openStore(String key) {
        return KeyedStore.start("/models/identity.onnx", Resources.bytes("identity.onnx"), key);
    }

    private void applySecret(InstalledKilter kilter, String key) {
        scenario.apply(Resources.text("store-secret.yaml")
                .replace("ID: KEY", "ID: " + key)
                .replace("STORE", "http://" + kilter.hostAddress() + ":" + KeyedStore.PORT));
    }

    @Test
    @Order(1)
    void aProcessThatIsKilledCostsWhatItHeldAndComesBack() throws Exception {
        Machine machine = machine();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, LOAD)) {
            load.awaitMore(50);
            Pod victim = scenario.servingPods(MODEL).getFirst();
            long open = load.open();
            long before = load.sent();
            machine.kill(victim);
            Instant killed = Instant.now();
            long couldBeThere = open + load.sent() - before;
            Scenario.await("the container's second life", () -> {
                Pod now = scenario.client().resource(victim).get();
                return restarts(now) == 1 && Readiness.isPodReady(now);
            });
            load.awaitMore(50);
            assertOnlyLost(load, killed, UNNOTICED);
            assertThat(load.failed().size()).as("failed").isLessThanOrEqualTo((int) couldBeThere);
        }
    }

    @Test
    @Order(2)
    void answersThatAMachineOwesWhenItFallsSilentAreGivenUpSoon(InstalledKilter kilter) throws Exception {
        Machine machine = machine();
        String far = "kilter-node-2";
        keepGatewaysOff(kilter, far);
        Pod silent = scenario.servingPods(MODEL).stream()
                .filter(pod -> far.equals(pod.getSpec().getNodeName()))
                .findFirst()
                .orElseThrow();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.idle(door, MODEL)) {
            load.burst(OWED);
            load.awaitMore(1);
            Instant since = Instant.now();
            machine.isolate(silent);
            try {
                Scenario.await("an end of all requests", () -> load.open() == 0);
                assertLostTogether(load, since);
            } finally {
                machine.rejoin(silent);
            }
            int lost = load.failed().size();
            assertThat(lost).as("lost").isPositive();
            load.burst(OWED / 10);
            Scenario.await("an end of all requests", () -> load.open() == 0);
            assertThat(load.failed()).as("lost after that").hasSize(lost);
        }
    }

    @Test
    @Order(3)
    void aNodeThatIsGoneIsLeftAloneBeforeAnybodySaysSoAndItsPodsAreReplaced(InstalledKilter kilter) throws Exception {
        Machine machine = machine();
        String lost = "kilter-node-2";
        keepGatewaysOff(kilter, lost);
        assertThat(nodesOf(MODEL)).as("nodes of %s", MODEL).contains(lost);
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, LOAD)) {
            load.awaitMore(50);
            Instant gone = Instant.now();
            machine.nodeOff(lost);
            try {
                load.awaitMore(15 * LOAD);
                assertLostTogether(load, gone);
                // As whoever owns the machine says that it is gone.
                kilter.taint(lost, new Taint("NoExecute", "node.kubernetes.io/out-of-service", null, "nodeshutdown"));
                Scenario.await(
                        "two pods on the other node",
                        () -> scenario.servingPods(MODEL).stream()
                                        .filter(pod ->
                                                !lost.equals(pod.getSpec().getNodeName()))
                                        .filter(Readiness::isPodReady)
                                        .count()
                                == 2);
                load.awaitMore(50);
                assertLostTogether(load, gone);
            } finally {
                machine.nodeOn(lost);
                kilter.taint(lost);
            }
            Scenario.await(
                    "nothing is left of the node's pods",
                    () -> scenario.servingPods(MODEL).size() == 2
                            && scenario.condition(MODEL, "Reconciling").equals("False Done"));
            assertLostTogether(load, gone);
        }
    }

    @Test
    @Order(4)
    void withoutMetricsTheReplicasStayAndItIsToldUntilTheyAreBack(InstalledKilter kilter) throws Exception {
        Machine machine = machine();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, LOAD)) {
            Scenario.await(
                    "metrics", () -> scenario.condition(MODEL, "ScalingActive").equals("True Scaling"));
            Map<String, Integer> before = ready(MODEL);
            List<Pod> autoscalers = kilter.podsOf("autoscaler");
            autoscalers.forEach(machine::isolate);
            try {
                Scenario.await(
                        "that metrics are missing is told",
                        () -> scenario.condition(MODEL, "ScalingActive").equals("False MetricsMissing"));
                load.awaitMore(5 * LOAD);
                assertThat(ready(MODEL)).isEqualTo(before);
            } finally {
                autoscalers.forEach(machine::rejoin);
            }
            Scenario.await(
                    "metrics again",
                    () -> scenario.condition(MODEL, "ScalingActive").equals("True Scaling"));
            assertThat(ready(MODEL)).isEqualTo(before);
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(5)
    void aRevisionThatNeedsMoreMemoryThanItMayTakeIsToldSo() throws Exception {
        String small = "  pod: {resources: {requests: {cpu: 200m, memory: 64Mi}, limits: {memory: 64Mi}}}\n";
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, LOAD)) {
            scenario.apply(yaml + small);
            awaitFailing(MODEL, "OOMKilled: it needs more memory than its limit of 64Mi; raise spec.pod.resources");
            assertThat(scenario.condition(MODEL, "TrafficAvailable")).isEqualTo("True Serving");
            // The event is written after the status that it tells of.
            Scenario.await(
                    "an event tells OOMKilled",
                    () -> scenario.events(MODEL, "PodsFailing").stream().anyMatch(text -> text.contains("OOMKilled")));
            scenario.apply(yaml);
            scenario.awaitDone(MODEL);
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(6)
    void anImageThatCannotBePulledIsToldAndThePodsBeforeServeOn(InstalledKilter kilter) throws Exception {
        String image = "127.0.0.1:1/nobody/nothing:1";
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, LOAD)) {
            Map<String, Integer> before = ready(MODEL);
            String anywhere = Resources.text("anywhere.yaml");
            kilter.installation()
                    .apply(anywhere.replace("{provider: CPU}", "{provider: CPU, image: \"" + image + "\"}"));
            awaitFailing(MODEL, "image " + image + " cannot be pulled: ", "connection refused");
            assertThat(scenario.condition(MODEL, "TrafficAvailable")).isEqualTo("True Serving");
            kilter.installation().apply(anywhere);
            scenario.awaitDone(MODEL);
            assertThat(ready(MODEL)).isEqualTo(before);
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(7)
    void aStoreThatIsDownKeepsOnlyNewPodsFromServing() throws Exception {
        try (ServiceDoor door = scenario.door(STORED);
                OpenLoopLoad load = OpenLoopLoad.start(door, STORED, LOAD)) {
            store.close();
            scaleTo(2);
            awaitFailing(STORED, "s3://models/identity.onnx");
            assertThat(scenario.condition(STORED, "Ready")).isEqualTo("True Serving");
            store = openStore("first");
            scenario.awaitPodsReady(STORED, 2);
            scenario.awaitDone(STORED);
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(8)
    void aSecretThatIsRotatedServesNewPodsAndLeavesThoseThatServeAlone(InstalledKilter kilter) throws Exception {
        try (ServiceDoor door = scenario.door(STORED);
                OpenLoopLoad load = OpenLoopLoad.start(door, STORED, LOAD)) {
            Map<String, Integer> before = ready(STORED);
            store.rotateTo("second");
            scaleTo(3);
            awaitFailing(STORED, "check the keys in storage.secretRef");
            assertThat(scenario.condition(STORED, "Ready")).isEqualTo("True Serving");
            applySecret(kilter, "second");
            scenario.awaitPodsReady(STORED, 3);
            scenario.awaitDone(STORED);
            assertThat(ready(STORED)).containsAllEntriesOf(before);
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(9)
    void withoutAnApiServerAllServesOnAndThenChangesAreFollowed() throws Exception {
        Machine machine = machine();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, LOAD)) {
            Map<String, Integer> before = ready(MODEL);
            machine.restartApiServer(Duration.ofSeconds(15));
            load.awaitMore(50);
            scenario.apply(yaml.replace("maxReplicas: 2", "maxReplicas: 3"));
            Scenario.await("the change to be followed", () -> scenario.isFollowed(MODEL));
            assertThat(ready(MODEL)).isEqualTo(before);
            load.assertNobodyNoticed();
        }
    }

    private static Machine machine() {
        if (Machine.ofTheCluster().isEmpty()) {
            String reason =
                    "KILTER_E2E_MACHINE names no script that strikes this cluster's machines (e2e-tests/run does)";
            System.out.println("SKIPPED fault: " + reason);
            Assumptions.abort(reason);
        }
        return Machine.ofTheCluster().orElseThrow();
    }

    private void keepGatewaysOff(InstalledKilter kilter, String node) {
        List<Pod> gateways = scenario.pods("kilter-gateway");
        if (gateways.stream().anyMatch(pod -> node.equals(pod.getSpec().getNodeName()))) {
            String product = kilter.product(node);
            kilter.cordon(product, true);
            scenario.restart("kilter-gateway");
            kilter.cordon(product, false);
        }
    }

    private void scaleTo(int replicas) {
        scenario.apply(Resources.text("stored.yaml").replace("minReplicas: 1", "minReplicas: " + replicas));
    }

    private void awaitFailing(String name, String... why) {
        Scenario.await(
                "it is told: " + String.join("", why),
                () -> scenario.condition(name, "Reconciling").equals("True PodsFailing")
                        && Stream.of(why).allMatch(scenario.message(name, "Reconciling")::contains));
    }

    private Set<String> nodesOf(String name) {
        return scenario.servingPods(name).stream()
                .map(pod -> pod.getSpec().getNodeName())
                .collect(Collectors.toSet());
    }

    /** The pods that are ready, with how often each was started again. */
    private Map<String, Integer> ready(String name) {
        return scenario.servingPods(name).stream()
                .filter(Readiness::isPodReady)
                .collect(Collectors.toMap(pod -> pod.getMetadata().getName(), FaultsE2E::restarts));
    }

    private static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    /** Nothing was refused; what failed did so soon, and was told that it may have been run. */
    private static void assertOnlyLost(OpenLoopLoad load, Instant from, Duration within) {
        assertThat(lostAt(load)).as("lost at").allMatch(at -> at.isBefore(from.plus(within)));
    }

    /**
     * The same of a machine that says nothing: besides, nothing more is sent to it once something was lost on it,
     * whenever that was.
     */
    private static void assertLostTogether(OpenLoopLoad load, Instant from) {
        List<Instant> at = lostAt(load);
        assertThat(at).as("lost at").allMatch(each -> each.isBefore(from.plus(UNHEARD)));
        if (!at.isEmpty()) {
            assertThat(Duration.between(at.getFirst(), at.getLast()))
                    .as("from the first loss to the last, of %s", load.failed())
                    .isLessThan(UNACKNOWLEDGED.plusSeconds(2));
        }
    }

    private static List<Instant> lostAt(OpenLoopLoad load) {
        System.out.println(
                "answered: " + load.answered() + ", lost: " + load.failed().size());
        assertThat(load.refused()).as("refused").isEmpty();
        assertThat(load.failed()).as("failed").allMatch(told -> told.contains("was lost"));
        return load.failed().stream()
                .map(told -> Instant.parse(told.substring(0, told.indexOf(' '))))
                .sorted()
                .toList();
    }
}
