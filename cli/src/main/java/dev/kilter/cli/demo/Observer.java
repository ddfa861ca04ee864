package dev.kilter.cli.demo;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.cli.load.LoadGenerator;
import dev.kilter.cli.load.LoadSample;
import dev.kilter.cli.load.LoadStatistics;
import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.local.LocalPod;
import dev.kilter.cli.local.LocalRun;
import dev.kilter.cli.view.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Turns what run and load report into snapshots. For one thread; call it at a steady pace. */
final class Observer {

    /** How often it is to be called. */
    static final Duration PERIOD = Duration.ofMillis(250);

    /** Over how many calls live percentiles are taken: two seconds. */
    static final int WINDOW = 8;

    private static final int CALLS_A_SECOND = 4;

    private final LocalRun run;
    private final LocalMachine machine;
    private final LoadGenerator generator;
    private final LoadStatistics statistics;
    private final Duration total;
    private final Instant began;
    private final PodRates rates = new PodRates();
    private final List<Long> scheduled = new ArrayList<>(List.of(0L));
    private final List<Double> history = new ArrayList<>();
    private final ReplicaCount replicas = new ReplicaCount();

    Observer(
            LocalRun run,
            LocalMachine machine,
            LoadGenerator generator,
            LoadStatistics statistics,
            Duration total,
            Instant began) {
        this.run = run;
        this.machine = machine;
        this.generator = generator;
        this.statistics = statistics;
        this.total = total;
        this.began = began;
    }

    Snapshot observe(Instant now) {
        LoadSample sample = statistics.sample();
        scheduled.add(sample.scheduled());
        if (scheduled.size() % CALLS_A_SECOND == 0) {
            history.add(offeredPerSecond());
        }
        rates.observe(run.loads());
        replicas.add(run.desiredReplicas());
        return new Snapshot(
                "kilter demo · " + run.name(),
                Duration.between(began, now),
                Optional.of(total),
                serving(),
                machine.describe() + ", shared by load, gateway and replicas",
                traffic(sample),
                new Snapshot.Replicas(
                        run.readyReplicas(),
                        run.desiredReplicas(),
                        run.deployment().getSpec().scaling().minReplicas(),
                        run.mostReplicas(),
                        run.pods().stream().map(this::pod).toList()),
                rates.batches(),
                run.notices().stream()
                        .filter(notice -> !notice.who().equals("profile"))
                        .map(notice -> new Snapshot.Decision(
                                Duration.between(began, notice.at()), notice.who(), notice.text()))
                        .toList(),
                "http://127.0.0.1:" + run.port() + "   Ctrl-C drains and ends");
    }

    /** Replicas that were asked for, over the time of the load. */
    ReplicaCount replicas() {
        return replicas;
    }

    private double offeredPerSecond() {
        int last = scheduled.size() - 1;
        int first = Math.max(0, last - CALLS_A_SECOND);
        return (double) (scheduled.get(last) - scheduled.get(first)) * CALLS_A_SECOND / Math.max(1, last - first);
    }

    private Snapshot.Traffic traffic(LoadSample sample) {
        return new Snapshot.Traffic(
                offeredPerSecond(),
                history,
                capacity(run.plan()),
                sample.recent().p50Millis(),
                sample.recent().p99Millis(),
                sloMillis(run.deployment().getSpec()),
                sample.attainment(),
                sample.answered(),
                sample.refused(),
                sample.broken(),
                generator.inFlight(),
                sample.late());
    }

    private String serving() {
        Plan.Pool pool = run.plan().pools().getFirst();
        InferenceDeploymentSpec spec = run.deployment().getSpec();
        String precision = spec.model().variants().stream()
                .filter(variant -> variant.name().equals(pool.activeVariant()))
                .map(Variant::precision)
                .findFirst()
                .orElse("");
        String variant = pool.activeVariant().equals(precision)
                ? pool.activeVariant()
                : pool.activeVariant() + " (" + precision + ")";
        return String.format(
                Locale.ROOT,
                "%s, variant %s on %s, batches up to %d, plan %s",
                spec.model().task(),
                variant,
                pool.acceleratorClass(),
                pool.maxBatchSize(),
                pool.evidence());
    }

    private Snapshot.Pod pod(LocalPod pod) {
        PodRates.Rate rate = rates.of(pod.name());
        String phase = pod.phase().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Snapshot.Pod(pod.name(), phase, pod.port(), pod.restarts(), rate.perSecond(), rate.meanBatch());
    }

    /** Requests a second that one replica carries by the plan; empty: unmeasured. */
    static OptionalDouble capacity(Plan plan) {
        String capacity = plan.pools().getFirst().capacityPerReplica();
        return capacity == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(capacity));
    }

    static double sloMillis(InferenceDeploymentSpec spec) {
        return DurationText.parse("slo.latency.p99", spec.slo().latency().p99()).toNanos() / 1e6;
    }
}
