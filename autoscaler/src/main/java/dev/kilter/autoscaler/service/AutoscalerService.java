package dev.kilter.autoscaler.service;

import dev.kilter.autoscaler.LoopRunner;
import dev.kilter.autoscaler.kubernetes.KubernetesAutoscaler;
import dev.kilter.autoscaler.kubernetes.PodAddress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Everything that the process runs: health at once, the loop while it leads. */
public final class AutoscalerService implements AutoCloseable {

    /** A loop that has not ended a tick for so long stands still. */
    private static final Duration STANDSTILL = Duration.ofSeconds(60);

    private final KubernetesAutoscaler autoscaler;
    private final Leadership leadership;
    private final HealthServer health;
    private final AtomicReference<LoopRunner> running = new AtomicReference<>();
    private final AtomicReference<Instant> lastTick = new AtomicReference<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final InstantSource clock;
    private final Duration period;
    private final AutoscalerMetrics metrics;

    private AutoscalerService(
            KubernetesClient client,
            Settings settings,
            PodAddress address,
            InstantSource clock,
            Duration period,
            Runnable lost) {
        CollectorRegistry registry = new CollectorRegistry();
        this.clock = clock;
        this.period = period;
        this.metrics = new AutoscalerMetrics(registry);
        this.health = HealthServer.start(settings.port(), registry, this::moves);
        this.autoscaler = KubernetesAutoscaler.start(
                client,
                settings.namespaces(),
                settings.dcgm(),
                address,
                clock,
                settings.identity(),
                new ScalingLog().and(metrics));
        this.leadership = Leadership.seek(
                client, settings.leaseNamespace(), settings.identity(), this::lead, () -> noLongerLead(lost));
    }

    /**
     * Starts.
     *
     * @param period of the loop
     * @param lost called when leadership is lost, after the loop has been told to stop: the process should exit
     */
    public static AutoscalerService start(
            KubernetesClient client,
            Settings settings,
            PodAddress address,
            InstantSource clock,
            Duration period,
            Runnable lost) {
        return new AutoscalerService(client, settings, address, clock, period, lost);
    }

    /** Whether it leads now. */
    public boolean leads() {
        return running.get() != null;
    }

    /** Where health and metrics are served. */
    public int port() {
        return health.port();
    }

    private void lead() {
        lastTick.set(clock.instant());
        running.set(LoopRunner.start(autoscaler.loop(), clock, period, decided -> {
            lastTick.set(clock.instant());
            metrics.ticked(decided, clock.instant());
        }));
    }

    /** A lease given up on purpose is not lost. */
    private void noLongerLead(Runnable lost) {
        stop();
        if (!closing.get()) {
            lost.run();
        }
    }

    private void stop() {
        LoopRunner runner = running.getAndSet(null);
        if (runner != null) {
            runner.close();
        }
    }

    private boolean moves() {
        Instant last = lastTick.get();
        return !leads()
                || last == null
                || Duration.between(last, clock.instant()).compareTo(STANDSTILL) < 0;
    }

    @Override
    public void close() {
        closing.set(true);
        stop();
        leadership.close();
        autoscaler.close();
        health.close();
    }
}
