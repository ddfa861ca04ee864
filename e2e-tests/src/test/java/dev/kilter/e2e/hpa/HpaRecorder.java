package dev.kilter.e2e.hpa;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Plays {@link Script} to four HorizontalPodAutoscalers of the cluster that KUBECONFIG names, and writes what each saw
 * and decided. The nodes have no kubelet: this process plays it. Arguments: the folder to write into, a free TCP port
 * of this machine, which must also be the API server's machine.
 */
final class HpaRecorder implements MetricsServer.Source {
    private static final String NAMESPACE = "hpa";

    private final KubernetesClient client;
    private final List<Subject> subjects = List.of(
            new Subject("utilization", Subject.Metric.UTILIZATION, true),
            new Subject("concurrency", Subject.Metric.CONCURRENCY, true),
            new Subject("concurrency-without-behavior", Subject.Metric.CONCURRENCY, false),
            new Subject("total-without-behavior", Subject.Metric.TOTAL, false));
    private Instant start = Instant.MAX;

    private HpaRecorder(KubernetesClient client) {
        this.client = client;
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        int port = Integer.parseInt(args[1]);
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            HpaRecorder recorder = new HpaRecorder(client);
            try (MetricsServer _ = new MetricsServer(port, recorder)) {
                recorder.prepare(port);
                recorder.play();
            }
            Files.createDirectories(folder);
            for (Subject subject : recorder.subjects) {
                subject.recording().write(folder.resolve(subject.name() + ".csv"));
            }
        }
    }

    private void prepare(int port) {
        apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: hpa}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: metrics, namespace: hpa}
                spec: {type: ExternalName, externalName: localhost}
                """);
        Map<String, String> apis = Map.of(
                "metrics.k8s.io", "v1beta1", "custom.metrics.k8s.io", "v1beta2", "external.metrics.k8s.io", "v1beta1");
        apis.forEach((group, version) ->
                apply("""
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: VERSION.GROUP}
                spec:
                  group: GROUP
                  version: VERSION
                  groupPriorityMinimum: 100
                  versionPriority: 100
                  insecureSkipTLSVerify: true
                  service: {name: metrics, namespace: hpa, port: PORT}
                """.replace("GROUP", group).replace("VERSION", version).replace("PORT", "" + port)));
        apis.forEach((group, version) -> await(() -> client.raw("/apis/" + group + "/" + version) != null, group));
    }

    private void play() {
        synchronized (this) {
            start = Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
        }
        await(() -> now() >= 0, "the beginning");
        subjects.forEach(subject -> apply(subject.yaml()));
        try (SharedIndexInformer<Pod> pods =
                        client.pods().inNamespace(NAMESPACE).inform();
                SharedIndexInformer<Deployment> deployments =
                        client.apps().deployments().inNamespace(NAMESPACE).inform()) {
            for (double sampled = 0; now() < Script.LENGTH; LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50))) {
                look(pods.getIndexer().list(), deployments.getIndexer().list());
                playKubelet();
                if (now() >= sampled + Script.SAMPLE_EVERY) {
                    sampled += Script.SAMPLE_EVERY;
                    sample(sampled);
                }
            }
        }
    }

    private synchronized void look(List<Pod> pods, List<Deployment> deployments) {
        for (Subject subject : subjects) {
            Set<String> there = new HashSet<>();
            for (Pod pod : pods) {
                if (subject.name().equals(pod.getMetadata().getLabels().get("app"))
                        && pod.getSpec().getNodeName() != null
                        && pod.getMetadata().getDeletionTimestamp() == null) {
                    there.add(pod.getMetadata().getName());
                    subject.appeared(pod.getMetadata().getName(), now());
                }
            }
            subject.pods().keySet().retainAll(there);
            deployments.stream()
                    .filter(d -> d.getMetadata().getName().equals(subject.name()))
                    .forEach(d -> subject.replicas(d.getSpec().getReplicas()));
        }
    }

    /** Lets pods run, and be ready, when it is time; times as the API tells them, in whole seconds. */
    private void playKubelet() {
        double now = Math.floor(now());
        for (Subject subject : subjects) {
            due(subject, now).forEach((name, next) -> {
                if (told(name, next)) {
                    replace(subject, name, next);
                }
            });
        }
    }

    private synchronized Map<String, PlayedPod> due(Subject subject, double now) {
        Map<String, PlayedPod> due = new TreeMap<>();
        subject.pods().forEach((name, pod) -> {
            if (pod.started() < 0 && now >= pod.created() + Script.PENDING) {
                due.put(name, pod.running(now));
            } else if (pod.started() >= 0 && !pod.isReady() && now >= pod.started() + Script.STARTING) {
                due.put(name, pod.serving(now));
            }
        });
        return due;
    }

    private synchronized void replace(Subject subject, String name, PlayedPod next) {
        subject.pods().replace(name, next);
    }

    /** Whether the API server took it; else somebody else wrote, and the next look tries again. */
    private boolean told(String name, PlayedPod pod) {
        try {
            status(name, pod.started(), pod.ready());
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private void status(String pod, double started, double ready) {
        String changed = time(ready < 0 ? started : ready);
        client.pods()
                .inNamespace(NAMESPACE)
                .withName(pod)
                .editStatus(p -> new PodBuilder(p)
                        .editOrNewStatus()
                        .withPhase("Running")
                        .withStartTime(time(started))
                        .removeMatchingFromConditions(c -> c.getType().equals("Ready"))
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready < 0 ? "False" : "True")
                        .withLastTransitionTime(changed)
                        .endCondition()
                        .endStatus()
                        .build());
    }

    private synchronized void sample(double at) {
        subjects.forEach(subject -> subject.sample(at));
    }

    @Override
    public synchronized String metrics(String name) {
        Subject subject = subjects.stream()
                .filter(s -> s.name().equals(name) || s.metric().name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("asked for " + name));
        subject.asked(now());
        return switch (subject.metric()) {
            case UTILIZATION -> list("PodMetricsList", "metrics.k8s.io/v1beta1", subject, """
                    {"metadata": {"name": "POD", "namespace": "hpa"}, "timestamp": "AT", "window": "15s",
                     "containers": [{"name": "main", "usage": {"cpu": "%.0fm"}}]}""");
            case CONCURRENCY -> list("MetricValueList", "custom.metrics.k8s.io/v1beta2", subject, """
                    {"describedObject": {"kind": "Pod", "namespace": "hpa", "name": "POD", "apiVersion": "/v1"},
                     "metric": {"name": "concurrency"}, "timestamp": "AT", "windowSeconds": 60, "value": "%.0fm"}""");
            case TOTAL -> {
                OptionalDouble total = Script.total(now());
                String item =
                        total.isEmpty() ? "" : """
                        {"metricName": "total", "metricLabels": {}, "timestamp": "%s", "value": "%.0fm"}""".formatted(time(Math.floor(now())), total.getAsDouble() * 1_000);
                yield list("ExternalMetricValueList", "external.metrics.k8s.io/v1beta1", item);
            }
        };
    }

    private String list(String kind, String version, Subject subject, String item) {
        return list(
                kind,
                version,
                subject.pods().entrySet().stream()
                        .filter(e -> e.getValue().value().isPresent())
                        .map(e -> item.replace("POD", e.getKey())
                                .replace("AT", time(e.getValue().sampled()))
                                .formatted(e.getValue().value().getAsDouble() * 1_000))
                        .collect(Collectors.joining(", ")));
    }

    private static String list(String kind, String version, String items) {
        return "{\"kind\": \"%s\", \"apiVersion\": \"%s\", \"metadata\": {}, \"items\": [%s]}"
                .formatted(kind, version, items);
    }

    private void apply(String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(this::applyOne);
    }

    private void applyOne(HasMetadata object) {
        if (object instanceof Deployment || object.getKind().startsWith("Horizontal")) {
            object.getMetadata().setNamespace(NAMESPACE);
        }
        client.resource(object).serverSideApply();
    }

    private String time(double second) {
        return start.plusSeconds((long) second).toString();
    }

    private double now() {
        return ChronoUnit.MILLIS.between(start, Instant.now()) / 1e3;
    }

    private static void await(java.util.function.BooleanSupplier condition, String what) {
        for (int i = 0; i < 600; i++) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (RuntimeException e) { // not served yet
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new IllegalStateException(what + " did not come up");
    }
}
