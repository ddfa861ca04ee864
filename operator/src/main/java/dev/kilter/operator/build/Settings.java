package dev.kilter.operator.build;

import java.time.Duration;
import java.util.Optional;

/**
 * What the builders need to know of the installation.
 *
 * @param runtimeImage of serving pods and profiling Jobs
 * @param gatewayImage of the gateways
 * @param imagePullPolicy empty: Kubernetes' default for the image's tag
 * @param mavenRepository passed on to serving pods, for {@code maven:} URIs; empty: not passed on
 * @param gateway of each namespace that serves
 * @param preStop how long a pod that is to go still gets new connections, until Services and gateways have let go
 * @param drain how long a draining pod still accepts after that
 * @param finish how long what is in flight may take then
 * @param profileBudget how long one profiling run may measure
 */
public record Settings(
        String runtimeImage,
        String gatewayImage,
        Optional<String> imagePullPolicy,
        Optional<String> mavenRepository,
        GatewayPods gateway,
        Duration preStop,
        Duration drain,
        Duration finish,
        Duration profileBudget) {

    /** Sound values for all but the images. */
    public static Settings of(String runtimeImage, String gatewayImage, Optional<String> mavenRepository) {
        return new Settings(
                runtimeImage,
                gatewayImage,
                Optional.empty(),
                mavenRepository,
                GatewayPods.DEFAULT,
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30));
    }

    /** How long Kubernetes waits before it kills: all phases of a drain, and a little. */
    public Duration terminationGrace() {
        return preStop.plus(drain).plus(finish).plusSeconds(5);
    }
}
