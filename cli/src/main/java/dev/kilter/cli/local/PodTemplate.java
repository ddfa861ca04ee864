package dev.kilter.cli.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a Deployment's pod template asks for, as far as a process can honour it. Left out: node selection, volumes,
 * security context, affinity, all of which need a cluster.
 *
 * @param pool the Deployment's name, or the Job's
 * @param image of the first container
 * @param arguments of the first container
 * @param environment literal values; a reference to a secret or a field is left to the caller's own environment
 * @param startup passes once before the others begin
 * @param readiness decides whether the gateway sends requests
 * @param liveness restarts the process when it fails
 * @param preStop how long a pod goes on serving after its end was decided
 * @param grace from SIGTERM to SIGKILL
 * @param cpus limit, or else request, cores
 * @param memoryBytes limit
 */
public record PodTemplate(
        String pool,
        String image,
        List<String> arguments,
        Map<String, String> environment,
        Optional<Probe> startup,
        Optional<Probe> readiness,
        Optional<Probe> liveness,
        Duration preStop,
        Duration grace,
        OptionalDouble cpus,
        OptionalLong memoryBytes) {

    /** An HTTP probe with Kubernetes' meaning: failed after that many failures in a row. */
    public record Probe(String path, Duration initialDelay, Duration period, Duration timeout, int failureThreshold) {}

    public PodTemplate {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** Reads the template of that Deployment. */
    public static PodTemplate of(Deployment deployment) {
        return of(
                deployment.getMetadata().getName(),
                deployment.getSpec().getTemplate().getSpec());
    }

    /** Reads a pod's spec; the name stands for whoever the pod belongs to. */
    public static PodTemplate of(String name, PodSpec pod) {
        Container container = pod.getContainers().getFirst();
        return new PodTemplate(
                name,
                container.getImage(),
                Optional.ofNullable(container.getArgs()).orElse(List.of()),
                literals(container),
                probe(container.getStartupProbe()),
                probe(container.getReadinessProbe()),
                probe(container.getLivenessProbe()),
                preStop(container),
                seconds(pod.getTerminationGracePeriodSeconds(), 30),
                cpus(container.getResources()),
                memory(container.getResources()));
    }

    private static Map<String, String> literals(Container container) {
        Map<String, String> values = new LinkedHashMap<>();
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValue() != null) {
                values.put(variable.getName(), variable.getValue());
            }
        }
        return values;
    }

    private static Optional<Probe> probe(io.fabric8.kubernetes.api.model.Probe probe) {
        if (probe == null || probe.getHttpGet() == null) {
            return Optional.empty();
        }
        return Optional.of(new Probe(
                probe.getHttpGet().getPath(),
                seconds(probe.getInitialDelaySeconds(), 0),
                seconds(probe.getPeriodSeconds(), 10),
                seconds(probe.getTimeoutSeconds(), 1),
                probe.getFailureThreshold() == null ? 3 : probe.getFailureThreshold()));
    }

    private static Duration preStop(Container container) {
        return container.getLifecycle() == null
                        || container.getLifecycle().getPreStop() == null
                        || container.getLifecycle().getPreStop().getSleep() == null
                ? Duration.ZERO
                : seconds(container.getLifecycle().getPreStop().getSleep().getSeconds(), 0);
    }

    private static OptionalDouble cpus(ResourceRequirements resources) {
        return quantity(resources, "cpu")
                .map(cpu -> OptionalDouble.of(cpu.getNumericalAmount().doubleValue()))
                .orElseGet(OptionalDouble::empty);
    }

    private static OptionalLong memory(ResourceRequirements resources) {
        return quantity(resources, "memory")
                .map(memory -> OptionalLong.of(memory.getNumericalAmount().longValue()))
                .orElseGet(OptionalLong::empty);
    }

    private static Optional<Quantity> quantity(ResourceRequirements resources, String name) {
        if (resources == null) {
            return Optional.empty();
        }
        Map<String, Quantity> limits =
                Optional.ofNullable(resources.getLimits()).orElse(Map.of());
        Map<String, Quantity> requests =
                Optional.ofNullable(resources.getRequests()).orElse(Map.of());
        return Optional.ofNullable(limits.get(name)).or(() -> Optional.ofNullable(requests.get(name)));
    }

    private static Duration seconds(Number value, long otherwise) {
        return Duration.ofSeconds(value == null ? otherwise : value.longValue());
    }
}
