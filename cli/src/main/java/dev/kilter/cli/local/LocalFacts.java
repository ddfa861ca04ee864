package dev.kilter.cli.local;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.cli.explain.Facts;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run on this machine tells of itself, in the words of a cluster. */
public final class LocalFacts {

    /** A run tells of itself every second; what is so much older was left by one that was killed. */
    private static final Duration FRESH = Duration.ofSeconds(15);

    /** What the run of that name on this machine tells; empty: there is none. */
    public static Optional<Facts> read(Path home, String name, Instant now) {
        return StateFolder.told(home, name)
                .map(text -> Json.read(text, Facts.class))
                .filter(facts -> now.toEpochMilli() - facts.atMillis() < FRESH.toMillis());
    }

    private LocalFacts() {}

    static Facts of(
            InferenceDeployment deployment,
            LocalOperator operator,
            LocalPools processes,
            List<Notice> notices,
            Instant now) {
        List<ServingPool> pools = operator.pools();
        List<LocalPod> pods = processes.pods();
        return new Facts(
                deployment.getMetadata().getName(),
                "this machine (process " + ProcessHandle.current().pid() + ")",
                now.toEpochMilli(),
                new Facts.Objective(
                        deployment.getSpec().slo().latency().p99(),
                        deployment.getSpec().slo().maxErrorRate(),
                        deployment.getSpec().scaling().minReplicas(),
                        deployment.getSpec().scaling().maxReplicas(),
                        false),
                Optional.ofNullable(operator.plan()),
                conditions(processes.sentTo() > 0, operator.demand(), since(notices, now)),
                List.of(),
                operator.demand(),
                pools.stream().map(pool -> pool(pool, processes)).toList(),
                pods.stream().map(pod -> pod(pod)).toList(),
                events(notices),
                List.of());
    }

    /** Nobody keeps conditions here: it is told how it is now, and that it was so at most since the run began. */
    private static String since(List<Notice> notices, Instant now) {
        Instant began = notices.isEmpty() ? now : notices.getFirst().at();
        return began.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static List<Condition> conditions(boolean serves, Optional<DemandSummary> demand, String since) {
        List<Condition> all = new ArrayList<>();
        all.add(
                serves
                        ? new Condition("TrafficAvailable", "True", 1L, since, "Serving", "requests are answered")
                        : new Condition("TrafficAvailable", "False", 1L, since, "PodsNotReady", "no replica is ready"));
        all.add(new Condition("Ready", serves ? "True" : "False", 1L, since, serves ? "Serving" : "PodsNotReady", ""));
        demand.filter(report -> !report.metricsAvailable())
                .ifPresent(report -> all.add(
                        new Condition("ScalingActive", "False", 1L, since, "MetricsMissing", report.message())));
        return all;
    }

    private static Facts.Pool pool(ServingPool pool, LocalPools processes) {
        var spec = pool.getSpec();
        String name = pool.getMetadata().getName();
        return new Facts.Pool(
                name,
                spec.configuration().acceleratorClass(),
                spec.share(),
                spec.configuration().operatingPoint().variant(),
                spec.configuration().operatingPoint().maxBatchSize(),
                spec.replicas(),
                processes.find(name).map(LocalPool::ready).orElse(0),
                false,
                List.of());
    }

    private static Facts.Pod pod(LocalPod pod) {
        String phase = pod.phase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        Optional<String> state = pod.phase() == LocalPod.Phase.READY
                ? Optional.empty()
                : Optional.of(phase + "; its output is in " + pod.log());
        return new Facts.Pod(pod.name(), pod.pool(), state, Optional.empty(), pod.restarts());
    }

    /** What planner, pods and measurements said; the autoscaler's words are in its report. */
    private static List<Facts.Told> events(List<Notice> notices) {
        List<Facts.Told> told = new ArrayList<>();
        notices.reversed().stream()
                .filter(notice -> !notice.who().equals("autoscaler"))
                .forEach(notice -> told.add(
                        new Facts.Told(notice.at().toEpochMilli(), false, notice.who(), "said", notice.text(), 1)));
        return told;
    }
}
