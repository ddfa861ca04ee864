package dev.kilter.gateway;

import dev.kilter.gateway.kubernetes.ConfigMapRoutes;
import dev.kilter.gateway.kubernetes.ServiceEndpoints;
import dev.kilter.protocol.NettySwitches;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway of a Kubernetes namespace, configured by its environment alone: {@code KILTER_NAMESPACE} (required),
 * {@code KILTER_PORT} (8080), {@code KILTER_DRAIN_SECONDS} (5).
 */
public final class GatewayMain {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayMain.class);

    private GatewayMain() {}

    /** Runs until SIGTERM; then drains: not ready, still answering for the grace, then finishes what is in flight. */
    public static void main(String[] args) throws InterruptedException {
        NettySwitches.ofServing();
        Map<String, String> environment = System.getenv();
        GatewayConfig config = config(environment);
        String namespace = required(environment, "KILTER_NAMESPACE");
        KubernetesClient client = new KubernetesClientBuilder().build();
        Gateway gateway =
                Gateway.start(config, new ConfigMapRoutes(client, namespace), new ServiceEndpoints(client, namespace));
        LOG.info("The gateway of namespace {} listens on port {}", namespace, gateway.port());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, config, client), "drain"));
        new CountDownLatch(1).await();
    }

    private static void stop(Gateway gateway, GatewayConfig config, KubernetesClient client) {
        LOG.info("Draining: not ready any more, still answering for {}", config.drainGrace());
        gateway.drain();
        try {
            Thread.sleep(config.drainGrace());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gateway.close();
        client.close();
        LOG.info("Drained");
    }

    static GatewayConfig config(Map<String, String> environment) {
        GatewayConfig local = GatewayConfig.local(number(environment, "KILTER_PORT", 8080));
        return new GatewayConfig(
                Optional.empty(),
                local.port(),
                local.threads(),
                local.connections(),
                32 << 20,
                64 << 20, // Half of the direct memory that the image allows: buffers grow by copying.
                Duration.ofMinutes(1),
                local.maxHold(),
                local.maxHeld(),
                Duration.ofSeconds(number(environment, "KILTER_DRAIN_SECONDS", 5)),
                Duration.ofSeconds(20));
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + ": not set (expected: the namespace to serve)");
        }
        return value;
    }

    private static int number(Map<String, String> environment, String name, int otherwise) {
        String value = environment.getOrDefault(name, String.valueOf(otherwise));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a whole number)", e);
        }
    }
}
