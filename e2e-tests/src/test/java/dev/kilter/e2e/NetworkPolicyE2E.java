package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The chart's network policies, enforced: Kilter works under them, and whom they do not name gets no connection. The
 * same calls go through before there are policies.
 */
@ClusterTest
@Order(Integer.MAX_VALUE - 3)
class NetworkPolicyE2E {

    private static final String MODEL = "restarted";
    private static final int HALF_LOAD = 25;

    private static final String SERVING = "kilter-e2e-policies";
    private static final String CLIENTS = "kilter-e2e-clients";
    private static final String MONITORING = "kilter-e2e-monitoring";
    private static final String STRANGERS = "kilter-e2e-strangers";

    /** A network may take a while to hear of a policy. */
    private static final int NETWORKS_TRIES = 10;

    /** The API server, asked without TLS, says 400. */
    private static final Set<String> ANSWERED = Set.of("200", "400");

    /** A stranger reaches what is no pod of Kilter's. */
    private static final List<Who> CALLERS = List.of(
            new Who("stranger", STRANGERS, "", Set.of("api", "exporter")),
            new Who("impostor", STRANGERS, "gateway", Set.of("api", "exporter")),
            new Who("neighbour", SERVING, "", Set.of("api", "exporter")),
            new Who("client", CLIENTS, "", Set.of("gateway", "api", "exporter")),
            new Who(
                    "monitoring",
                    MONITORING,
                    "",
                    Set.of("gateway", "serving", "operator", "autoscaler", "api", "exporter")),
            new Who("operator", Installation.NAMESPACE, "operator", Set.of("api")),
            new Who(
                    "autoscaler",
                    Installation.NAMESPACE,
                    "autoscaler",
                    Set.of("gateway", "serving", "api", "exporter")));

    private final Map<Who, CallingPod> pods = new LinkedHashMap<>();
    private final Optional<Machine> machine = Machine.ofTheCluster();
    private List<Scenario> scenarios = List.of();
    private Scenario scenario;
    private DcgmExporter exporter;

    /**
     * One who calls.
     *
     * @param component of Kilter, whose labels it carries; empty: none
     * @param reaches under the policies
     */
    private record Who(String name, String namespace, String component, Set<String> reaches) {

        Map<String, String> labels() {
            return component.isEmpty()
                    ? Map.of()
                    : Map.of(
                            "app.kubernetes.io/name",
                            "kilter-" + component,
                            "app.kubernetes.io/instance",
                            "kilter",
                            "app.kubernetes.io/component",
                            component,
                            "app.kubernetes.io/part-of",
                            "kilter");
        }
    }

    @BeforeAll
    void open(InstalledKilter kilter) throws IOException {
        exporter = DcgmExporter.start();
        machine.ifPresent(Machine::enforcePolicies);
        scenarios = List.of(SERVING, CLIENTS, MONITORING, STRANGERS).stream()
                .map(kilter::scenario)
                .toList();
        scenario = scenarios.getFirst();
        CALLERS.forEach(who -> pods.put(who, CallingPod.start(kilter, who.namespace(), who.name(), who.labels())));
        if (!isEnforced(kilter)) {
            assertThat(machine).as("enforced by the test cluster").isEmpty();
            String reason = "this cluster's network does not enforce network policies";
            System.out.println("SKIPPED network policies: " + reason);
            Assumptions.abort(reason);
        }
        serve();
    }

    /** By a policy that is none of Kilter's: nobody may call its processes. */
    private boolean isEnforced(InstalledKilter kilter) {
        CallingPod stranger = pods.get(CALLERS.getFirst());
        Map<String, String> operator =
                Map.of("operator", metrics(kilter.podsOf("operator").getFirst()));
        assertThat(stranger.call(operator)).containsEntry("operator", "200");
        String deny = Resources.text("deny-ingress.yaml").replace("NAMESPACE", Installation.NAMESPACE);
        kilter.installation().apply(deny);
        try {
            return Stream.generate(() -> stranger.call(operator))
                    .limit(NETWORKS_TRIES)
                    .anyMatch(answer -> answer.containsValue(Caller.CUT));
        } finally {
            kilter.installation().delete(deny);
        }
    }

    @AfterAll
    void close(InstalledKilter kilter) {
        machine.ifPresent(Machine::leavePoliciesUnenforced);
        pods.values().forEach(CallingPod::close);
        // Whoever has rights in a namespace alone would ask without them while it goes.
        kilter.installation().stop();
        scenarios.forEach(Scenario::close);
        kilter.installation().deploy(Map.of());
        exporter.close();
    }

    private void serve() {
        scenario.apply(Resources.text("emulated-restart.yaml"));
        scenario.awaitReady(MODEL);
        scenario.awaitPodsReady(MODEL, 2);
    }

    @Test
    @Order(1)
    void withoutPoliciesEverybodyReachesEverybody(InstalledKilter kilter) {
        Map<String, String> targets = targets(kilter);
        assertThat(reached(targets)).isEqualTo(byCaller(who -> targets.keySet()));
    }

    @Test
    @Order(2)
    void kilterServesAndScalesUnderPolicies(InstalledKilter kilter) throws Exception {
        scenario.delete(MODEL);
        kilter.installation().awaitNoPod(SERVING);
        kilter.installation().stop();
        kilter.installation().deploy(policies(kilter.client()));
        serve();
        try (ServiceDoor door = scenario.door(MODEL);
                OpenLoopLoad load = OpenLoopLoad.start(door, MODEL, HALF_LOAD)) {
            Scenario.await(
                    "reports of gateway and pods at the autoscaler",
                    () -> scenario.condition(MODEL, "ScalingActive").equals("True Scaling"));
            load.awaitMore(50);
            load.assertNobodyNoticed();
        }
    }

    @Test
    @Order(3)
    void underPoliciesNobodyReachesMoreThanTheyAllow(InstalledKilter kilter) {
        assertThat(reached(targets(kilter))).isEqualTo(byCaller(Who::reaches));
    }

    private static Map<String, Object> policies(KubernetesClient client) {
        return Map.of(
                "namespaces[0]",
                SERVING,
                "networkPolicies.enabled",
                true,
                "networkPolicies.monitoringNamespace",
                MONITORING,
                "networkPolicies.clients[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name",
                CLIENTS,
                "networkPolicies.apiServerPorts[0]",
                443,
                "networkPolicies.apiServerPorts[1]",
                apiServerPort(client),
                "autoscaler.dcgm.enabled",
                true,
                "autoscaler.dcgm.namespace",
                SERVING,
                "autoscaler.dcgm.port",
                DcgmExporter.PORT);
    }

    /** Where the API server listens itself, behind its Service: most networks look at that. */
    private static int apiServerPort(KubernetesClient client) {
        return client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace("default")
                .withLabel("kubernetes.io/service-name", "kubernetes")
                .list()
                .getItems()
                .getFirst()
                .getPorts()
                .getFirst()
                .getPort();
    }

    private Map<String, String> targets(InstalledKilter kilter) {
        return Map.of(
                "gateway",
                "http://" + MODEL + "." + SERVING + ".svc/metrics",
                "serving",
                metrics(scenario.servingPods(MODEL).getFirst()),
                "operator",
                metrics(kilter.podsOf("operator").getFirst()),
                "autoscaler",
                metrics(kilter.podsOf("autoscaler").getFirst()),
                "api",
                "http://kubernetes.default.svc:443/",
                "exporter",
                "http://" + kilter.hostAddress() + ":" + DcgmExporter.PORT + "/metrics");
    }

    /** Whom each caller reaches; and what else came, if anything did. */
    private Map<String, Set<String>> reached(Map<String, String> targets) {
        Map<String, Future<Map<String, String>>> answers = new TreeMap<>();
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            pods.forEach((who, pod) -> answers.put(who.name(), each.submit(() -> pod.call(targets))));
        }
        Map<String, Set<String>> reached = new TreeMap<>();
        answers.forEach((caller, called) -> reached.put(caller, reachedBy(called.resultNow())));
        return reached;
    }

    private static Set<String> reachedBy(Map<String, String> answers) {
        Set<String> reached = new TreeSet<>();
        answers.forEach((target, answer) -> {
            if (ANSWERED.contains(answer)) {
                reached.add(target);
            } else if (!answer.equals(Caller.CUT)) {
                reached.add(target + ": " + answer);
            }
        });
        return reached;
    }

    private static Map<String, Set<String>> byCaller(Function<Who, Set<String>> reaches) {
        return CALLERS.stream().collect(Collectors.toMap(Who::name, reaches));
    }

    private static String metrics(Pod pod) {
        return "http://" + pod.getStatus().getPodIP() + ":8080/metrics";
    }
}
