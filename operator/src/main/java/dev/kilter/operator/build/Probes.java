package dev.kilter.operator.build;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;

/** How Kubernetes asks a pod for its health: over HTTP at the port that it serves on. */
final class Probes {

    private Probes() {}

    /** Up to 30 minutes for a download and a warm-up; asked often, since a cold start is waited for. */
    static Probe startup(String path) {
        return probe(path, 2, 900);
    }

    static Probe readiness(String path) {
        return probe(path, 2, 2);
    }

    /** Slow to judge: a busy pod is not a dead one. */
    static Probe liveness(String path) {
        return probe(path, 10, 6);
    }

    private static Probe probe(String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString("http"))
                .withScheme("HTTP")
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .withSuccessThreshold(1)
                .build();
    }
}
