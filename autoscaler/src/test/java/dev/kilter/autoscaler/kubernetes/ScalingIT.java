package dev.kilter.autoscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.autoscaler.service.AutoscalerService;
import dev.kilter.autoscaler.service.Settings;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole process against a real API server; gateway and pods are small servers on loopback. */
class ScalingIT {

    private static final FastClock CLOCK = new FastClock();

    private static final AtomicReference<Double> RATE = new AtomicReference<>(0.0);

    private static TestCluster cluster;
    private static FakeLoadSource gateway;
    private static FakeLoadSource pod;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.start();
        gateway = FakeLoadSource.gateway("intent", RATE::get, CLOCK);
        pod = FakeLoadSource.pod("intent", CLOCK);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
            gateway.close();
            pod.close();
        }
    }

    @Test
    void scalesOutOnceTellsItAndIsQuietAtRest() throws InterruptedException {
        String namespace = "quiet";
        serve(namespace);
        RATE.set(150.0);
        try (AutoscalerService service = autoscaler(namespace, "a1", new AtomicBoolean())) {
            Await.until("two replicas", () -> replicas(namespace) == 2);
            assertThat(pool(namespace).getMetadata().getManagedFields())
                    .filteredOn(f -> "scale".equals(f.getSubresource()))
                    .extracting(ManagedFieldsEntry::getManager)
                    .containsExactly("kilter-autoscaler");

            Await.until(
                    "pinned digests",
                    () -> pool(namespace).getStatus() != null
                            && !pool(namespace).getStatus().modelDigests().isEmpty());
            assertThat(pool(namespace).getStatus().modelDigests())
                    .containsExactly(new ServingPoolStatus.VariantDigest("fp32", FakeLoadSource.DIGEST));

            Await.until(
                    "the scaling in the demand",
                    () -> summary(namespace)
                            .filter(s -> s.history().size() == 1)
                            .isPresent());
            ConfigMap demand = demand(namespace);
            assertThat(demand.getMetadata().getOwnerReferences().getFirst().getUid())
                    .isEqualTo(cluster.client()
                            .resources(InferenceDeployment.class)
                            .inNamespace(namespace)
                            .withName("intent")
                            .get()
                            .getMetadata()
                            .getUid());
            assertThat(summary(namespace).orElseThrow().metricsAvailable()).isTrue();
            // It is written after the demand.
            Await.until("an Event", () -> !events(namespace).isEmpty());
            assertThat(events(namespace)).singleElement().satisfies(event -> {
                assertThat(event.getReason()).isEqualTo("ScaledOut");
                assertThat(event.getNote()).contains("from 1 to 2").contains("of 100/s a replica as measured");
            });

            // The rates settle to the same after a minute; what is left then is rest.
            Await.until(
                    "settled rates",
                    () -> summary(namespace)
                            .filter(s -> Math.abs(s.requestsPerSecond() - 150) < 10 && s.peakRequestsPerSecond() > 140)
                            .isPresent());
            String poolVersion = pool(namespace).getMetadata().getResourceVersion();
            DemandSummary told = summary(namespace).orElseThrow();
            CLOCK.pass(Duration.ofSeconds(35));
            assertThat(pool(namespace).getMetadata().getResourceVersion()).isEqualTo(poolVersion);
            // The heartbeat may have come in between, with nothing new in it; never more than that.
            long later = summary(namespace).orElseThrow().atMillis() - told.atMillis();
            assertThat(later)
                    .satisfiesAnyOf(
                            same -> assertThat(same).isZero(),
                            beat -> assertThat(beat).isGreaterThanOrEqualTo(DemandSummary.HEARTBEAT.toMillis()));
            assertThat(service.leads()).isTrue();
        }
    }

    @Test
    void ofTwoOnlyTheLeaderWritesAndTheOtherTakesOver() {
        String namespace = "two";
        serve(namespace);
        RATE.set(150.0);
        AutoscalerService first = autoscaler(namespace, "first", new AtomicBoolean());
        Await.until("the first to lead", first::leads);
        try (AutoscalerService second = autoscaler(namespace, "second", new AtomicBoolean())) {
            Await.until("two replicas", () -> replicas(namespace) == 2);
            assertThat(second.leads()).isFalse();
            first.close();
            Await.until("the second to lead", second::leads);
            RATE.set(300.0);
            Await.until("four replicas", () -> replicas(namespace) >= 4);
        }
    }

    @Test
    void losesItsLeadWithTheApiServerAndANewProcessGoesOn() {
        String namespace = "cut";
        serve(namespace);
        RATE.set(150.0);
        AtomicBoolean lost = new AtomicBoolean();
        AutoscalerService before = autoscaler(namespace, "before", lost);
        try {
            Await.until("two replicas", () -> replicas(namespace) == 2);
            cluster.link().cut();
            Await.until("the lead to be lost", lost::get);
            assertThat(before.leads()).isFalse();
        } finally {
            cluster.link().mend();
            before.close();
        }
        RATE.set(300.0);
        try (AutoscalerService after = autoscaler(namespace, "after", new AtomicBoolean())) {
            Await.until("four replicas", () -> replicas(namespace) >= 4);
            assertThat(after.leads()).isTrue();
        }
    }

    private static AutoscalerService autoscaler(String namespace, String identity, AtomicBoolean lost) {
        KubernetesClient client = cluster.linkedClient();
        return AutoscalerService.start(
                client,
                new Settings(0, Set.of(namespace), namespace, identity, Optional.empty()),
                ScalingIT::address,
                CLOCK,
                FastClock.PERIOD,
                () -> lost.set(true));
    }

    private static Optional<String> address(Pod asked) {
        boolean isGateway = "gateway".equals(asked.getMetadata().getLabels().get(ClusterCache.COMPONENT));
        return Optional.of(isGateway ? gateway.address() : pod.address());
    }

    private static void serve(String namespace) {
        KubernetesClient client = cluster.client();
        client.resource("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}".formatted(namespace))
                .create();
        client.resource("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: InferenceDeployment
                metadata: {name: intent, namespace: %s}
                spec:
                  model:
                    variants: [{name: fp32, uri: "emulated:?curve=1:8ms,8:20ms"}]
                  slo: {latency: {p99: 50ms}}
                  scaling: {minReplicas: 1, maxReplicas: 8}
                """.formatted(namespace)).create();
        client.resource("""
                apiVersion: serving.kilter.dev/v1alpha1
                kind: ServingPool
                metadata: {name: intent-0a, namespace: %s}
                spec:
                  inferenceDeploymentRef: {name: intent}
                  revision: r1
                  configuration:
                    acceleratorClass: t4
                    provider: CPU
                    variants: [{name: fp32, uri: "emulated:?curve=1:8ms,8:20ms"}]
                    operatingPoint: {variant: fp32, maxBatchSize: 16}
                    slo: {latency: {p99: 50ms}}
                  capacityPerReplica: "100"
                  costPerReplicaHour: "0.35"
                  scaling: {minReplicas: 1, maxReplicas: 8}
                """.formatted(namespace)).create();
        ready(namespace, "gateway-1", Map.of(ClusterCache.COMPONENT, "gateway"));
        ready(
                namespace,
                "intent-0a-1",
                Map.of(ClusterCache.COMPONENT, "serving-runtime", "serving.kilter.dev/pool", "intent-0a"));
    }

    private static void ready(String namespace, String name, Map<String, String> labels) {
        cluster.ready(new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels(labels)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build());
    }

    private static ServingPool pool(String namespace) {
        return cluster.client()
                .resources(ServingPool.class)
                .inNamespace(namespace)
                .withName("intent-0a")
                .get();
    }

    private static int replicas(String namespace) {
        return pool(namespace).getSpec().replicas();
    }

    private static ConfigMap demand(String namespace) {
        return cluster.client()
                .configMaps()
                .inNamespace(namespace)
                .withName("intent-kilter-demand")
                .get();
    }

    private static Optional<DemandSummary> summary(String namespace) {
        return Optional.ofNullable(demand(namespace))
                .map(map -> Json.read(map.getData().get(DemandSummary.KEY), DemandSummary.class));
    }

    private static List<Event> events(String namespace) {
        return cluster.client()
                .events()
                .v1()
                .events()
                .inNamespace(namespace)
                .list()
                .getItems();
    }
}
