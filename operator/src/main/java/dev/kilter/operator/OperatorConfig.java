package dev.kilter.operator;

import dev.kilter.operator.build.GatewayPods;
import dev.kilter.operator.build.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the operator's process is told by its environment.
 *
 * @param settings for the builders
 * @param namespaces that it looks after; none: all
 * @param leaderElection whether it waits for the lease
 * @param ownNamespace where the lease is
 * @param httpPort of health and metrics; 0: any free one
 */
record OperatorConfig(
        Settings settings, Set<String> namespaces, boolean leaderElection, String ownNamespace, int httpPort) {

    /**
     * Reads the environment; {@code docs/operator.md} lists the variables.
     *
     * @throws IllegalArgumentException naming the variable, its value and what was expected
     */
    static OperatorConfig from(Map<String, String> environment) {
        Settings byDefault = Settings.of(
                required(environment, "KILTER_RUNTIME_IMAGE"),
                required(environment, "KILTER_GATEWAY_IMAGE"),
                optional(environment, "KILTER_MAVEN_REPOSITORY"));
        Settings settings = new Settings(
                byDefault.runtimeImage(),
                byDefault.gatewayImage(),
                optional(environment, "KILTER_IMAGE_PULL_POLICY"),
                byDefault.mavenRepository(),
                optional(environment, "KILTER_GATEWAY")
                        .map(json -> GatewayPods.parse("KILTER_GATEWAY", json))
                        .orElse(byDefault.gateway()),
                byDefault.preStop(),
                Duration.ofSeconds(number(
                        environment,
                        "KILTER_DRAIN_SECONDS",
                        (int) byDefault.drain().toSeconds(),
                        0,
                        3600)),
                byDefault.finish(),
                Duration.ofSeconds(number(
                        environment,
                        "KILTER_PROFILE_BUDGET_SECONDS",
                        (int) byDefault.profileBudget().toSeconds(),
                        1,
                        3600)));
        Set<String> namespaces = new TreeSet<>();
        optional(environment, "KILTER_NAMESPACES")
                .ifPresent(list -> Arrays.stream(list.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .forEach(namespaces::add));
        return new OperatorConfig(
                settings,
                namespaces,
                !"false".equals(environment.get("KILTER_LEADER_ELECTION")),
                optional(environment, "KILTER_NAMESPACE").orElse("kilter-system"),
                number(environment, "KILTER_HTTP_PORT", 8080, 0, 65535));
    }

    private static String required(Map<String, String> environment, String name) {
        return optional(environment, name)
                .orElseThrow(() -> new IllegalArgumentException(
                        name + ": not set (expected: an image, such as kilter/kilter-serving-runtime:0.1.0)"));
    }

    private static Optional<String> optional(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static int number(Map<String, String> environment, String name, int otherwise, int min, int max) {
        Optional<String> text = optional(environment, name);
        if (text.isEmpty()) {
            return otherwise;
        }
        String expected = name + ": " + text.get() + " (expected: " + min + ".." + max + ")";
        try {
            int value = Integer.parseInt(text.get());
            if (value < min || value > max) {
                throw new IllegalArgumentException(expected);
            }
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected, e);
        }
    }
}
