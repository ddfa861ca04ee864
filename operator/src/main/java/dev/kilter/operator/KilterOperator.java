package dev.kilter.operator;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.reconcile.EventRecorder;
import dev.kilter.operator.reconcile.InferenceDeploymentReconciler;
import dev.kilter.operator.reconcile.ServingPoolReconciler;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.javaoperatorsdk.operator.processing.retry.Retry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The controllers, their health and their metrics, as one thing to start and stop. */
final class KilterOperator implements AutoCloseable {

    /** How soon to look again at what nothing tells us of: a missing Secret, a taken name, a quota. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final String LEASE = "kilter-operator";

    private final Operator operator;
    private final HealthServer health;
    private volatile boolean closing;
    final OperatorMetrics metrics = new OperatorMetrics();

    /**
     * A client as the operator wants it: a request that fails is repeated for less than a second, then it is the
     * reconcile that is tried again. By default each would hold its thread for 20 s.
     */
    static KubernetesClient client(Config config) {
        config.setRequestRetryBackoffLimit(3);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /**
     * Registers the controllers; nothing runs yet.
     *
     * @param lookAgain how soon, at what nothing tells us of
     * @param lostLease called when another operator may lead: this one must do nothing more
     */
    KilterOperator(
            OperatorConfig config,
            KubernetesClient client,
            InstantSource clock,
            Duration lookAgain,
            Runnable lostLease) {
        operator = new Operator(overrider -> {
            overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withMetrics(metrics)
                    // An API server that is away at the start is waited for.
                    .withStopOnInformerErrorDuringStartup(false)
                    .withReconciliationTerminationTimeout(Duration.ofSeconds(20));
            if (config.leaderElection()) {
                overrider.withLeaderElectionConfiguration(lease(config.ownNamespace(), lostLease));
            }
        });
        Applier applier = new Applier(client, metrics, clock);
        operator.register(
                new InferenceDeploymentReconciler(
                        applier, config.settings(), clock, new EventRecorder(client, metrics), lookAgain),
                overrider -> common(
                        overrider
                                .withName("inferencedeployment")
                                .withGenerationAware(false)
                                .withOnUpdateFilter(KilterOperator::asksForMore),
                        config));
        operator.register(
                new ServingPoolReconciler(applier, config.settings(), clock, lookAgain),
                overrider -> common(
                        overrider
                                .withName("servingpool")
                                .withGenerationAware(false)
                                .withOnUpdateFilter(ServingPoolReconciler::asksForMore),
                        config));
        health = new HealthServer(config.httpPort(), this::ailments, metrics.registry());
    }

    /** The SDK would end the process whenever it stops leading: within a shutdown that never returns. */
    private LeaderElectionConfiguration lease(String namespace, Runnable lost) {
        Runnable stopped = () -> {
            if (!closing) {
                lost.run();
            }
        };
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(namespace)
                .withExitOnStopLeading(false)
                .withLeaderCallbacks(new LeaderCallbacks(() -> {}, stopped, leader -> {}))
                .build();
    }

    /** Pausing is an annotation, which has no generation; what we write to the status is neither. */
    private static boolean asksForMore(InferenceDeployment now, InferenceDeployment before) {
        return !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
                || !Objects.equals(
                        now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations());
    }

    private static void common(ControllerConfigurationOverrider<?> overrider, OperatorConfig config) {
        overrider.withFieldManager(Labels.OPERATOR).withRetry(retry());
        if (!config.namespaces().isEmpty()) {
            overrider.settingNamespaces(config.namespaces());
        }
    }

    /** Without a last attempt: what is wrong today may be mended tomorrow. */
    private static Retry retry() {
        return new GenericRetry()
                .withoutMaxAttempts()
                .setInitialInterval(Duration.ofSeconds(1))
                .setIntervalMultiplier(2)
                .setMaxInterval(Duration.ofMinutes(2).toMillis());
    }

    void start() {
        operator.start();
    }

    /** Why it is not well, one line each. Standing by for the lease is well. */
    private List<String> ailments() {
        Map<String, ? extends Map<String, ?>> unhealthy =
                operator.getRuntimeInfo().unhealthyInformerWrappingEventSourceHealthIndicator();
        return unhealthy.entrySet().stream()
                .flatMap(controller -> controller.getValue().keySet().stream()
                        .map(source -> controller.getKey() + " does not follow " + source))
                .sorted()
                .toList();
    }

    int httpPort() {
        return health.port();
    }

    /** Lets running reconciles finish. */
    @Override
    public void close() {
        closing = true;
        operator.stop();
        health.close();
    }
}
