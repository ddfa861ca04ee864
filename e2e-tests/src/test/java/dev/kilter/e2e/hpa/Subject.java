package dev.kilter.e2e.hpa;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A Deployment, its HorizontalPodAutoscaler and what it goes by; one thread at a time. */
final class Subject {

    /** What the HorizontalPodAutoscaler goes by. */
    enum Metric {
        UTILIZATION("{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}"),
        CONCURRENCY(
                "{type: Pods, pods: {metric: {name: concurrency}, target: {type: AverageValue, averageValue: '5'}}}"),
        TOTAL("{type: External, external: {metric: {name: total}, target: {type: AverageValue, averageValue: '10'}}}");

        private final String yaml;

        Metric(String yaml) {
            this.yaml = yaml;
        }
    }

    private final String name;
    private final Metric metric;
    private final boolean behavior;
    private final Map<String, PlayedPod> pods = new TreeMap<>();
    private final Recording recording;
    private int created;
    private int replicas = 1;

    /** @param behavior whether {@code spec.behavior} is written, with its defaults, or left out */
    Subject(String name, Metric metric, boolean behavior) {
        this.name = name;
        this.metric = metric;
        this.behavior = behavior;
        this.recording = new Recording();
    }

    String name() {
        return name;
    }

    Metric metric() {
        return metric;
    }

    Recording recording() {
        return recording;
    }

    Map<String, PlayedPod> pods() {
        return pods;
    }

    void replicas(int now) {
        replicas = now;
    }

    void appeared(String pod, double at) {
        pods.computeIfAbsent(pod, key -> PlayedPod.created(created++, at));
    }

    /** Samples all that runs. */
    void sample(double at) {
        int ready = (int) pods.values().stream().filter(PlayedPod::isReady).count();
        pods.replaceAll((key, pod) -> pod.started() < 0 ? pod : pod.sample(at, value(pod, at, ready)));
    }

    private OptionalDouble value(PlayedPod pod, double at, int ready) {
        if (Script.lost(at, pod.id()) || metric == Metric.TOTAL || (metric == Metric.CONCURRENCY && !pod.isReady())) {
            return OptionalDouble.empty();
        }
        double value = metric == Metric.CONCURRENCY
                ? Script.concurrency(at, pod.id(), ready)
                : pod.isReady() ? Script.utilization(at, pod.id(), ready) : Script.utilizationOfAStart();
        return OptionalDouble.of(Math.round(value * 1_000) / 1_000.0);
    }

    /** The controller has asked for the metric. */
    void asked(double at) {
        OptionalDouble total = metric == Metric.TOTAL ? Script.total(at) : OptionalDouble.empty();
        recording.sync(at, replicas, total, pods.values());
    }

    /** The Deployment and its HorizontalPodAutoscaler. */
    String yaml() {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: NAME}}
                  template:
                    metadata: {labels: {app: NAME}}
                    spec:
                      nodeSelector: {kilter.test/kubelet: none}
                      terminationGracePeriodSeconds: 0
                      containers: [{name: main, image: none, resources: {requests: {cpu: 1}}}]
                ---
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: NAME}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: NAME}
                  minReplicas: 1
                  maxReplicas: 30
                  metrics: [METRIC]
                BEHAVIOR""".replace("NAME", name)
                .replace("METRIC", metric.yaml)
                .replace("BEHAVIOR", behavior ? "  behavior: {scaleUp: {selectPolicy: Max}}\n" : "");
    }
}
