package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.Percentage;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.plan.DesiredPool;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.ProfileRun;
import dev.kilter.operator.plan.Profiling;
import dev.kilter.operator.plan.Provisioning;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.status.Conditions.Status;
import dev.kilter.operator.status.Findings.Blocked;
import dev.kilter.protocol.DemandSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The status, condition by condition; {@code docs/conditions.md} lists the reasons. */
public final class StatusBuilder {

    private final Findings findings;
    private final Observation seen;
    private final Instant now;
    private final Provisioning provisioning;
    private final Optional<String> trial;

    public StatusBuilder(Findings findings) {
        this.findings = findings;
        this.seen = findings.seen();
        this.now = seen.at();
        this.provisioning = seen.provisioning();
        this.trial = findings.rollout().flatMap(Rollout::trial).map(Rollout.Stage.Trial::message);
    }

    /** The whole status. */
    public InferenceDeploymentStatus build() {
        InferenceDeploymentStatus before = seen.deployment().getStatus();
        List<dev.kilter.api.v1alpha1.Condition> old = before == null ? List.of() : before.conditions();
        long generation = Optional.ofNullable(seen.deployment().getMetadata().getGeneration())
                .orElse(0L);
        Conditions conditions = new Conditions(old, generation, now);
        ready(conditions);
        trafficAvailable(conditions);
        planned(conditions);
        placed(conditions);
        profiled(conditions);
        scalingActive(conditions);
        sloMet(conditions);
        reconciling(conditions);
        stalled(conditions);
        return new InferenceDeploymentStatus(
                generation,
                "http://" + seen.name() + "." + seen.namespace() + ".svc",
                seen.pools().stream().mapToInt(StatusBuilder::exists).sum(),
                seen.pools().stream().mapToInt(Observation::ready).sum(),
                plan(before),
                seen.freshDemand().map(StatusBuilder::measured).orElse(null),
                conditions.list(),
                History.of(before, plan(before), change(), findings.rollout().map(Rollout::stage), seen.demand(), now));
    }

    private Plan plan(InferenceDeploymentStatus before) {
        Plan plan = planned().map(PlanDecision.Planned::plan).orElse(before == null ? null : before.plan());
        return plan == null
                ? null
                : new Plan(
                        plan.plannedAt(),
                        plan.observedGeneration(),
                        plan.requestsPerSecond(),
                        plan.reason(),
                        plan.pools().stream().map(this::withShortfall).toList(),
                        plan.rejected());
    }

    private Plan.Pool withShortfall(Plan.Pool pool) {
        return new Plan.Pool(
                pool.name(),
                pool.acceleratorClass(),
                pool.variants(),
                pool.activeVariant(),
                pool.maxBatchSize(),
                pool.replicas(),
                pool.capacityPerReplica(),
                pool.expectedP99(),
                pool.costPerHour(),
                pool.evidence(),
                pool.reason(),
                provisioning.full().get(pool.name()));
    }

    private Optional<String> change() {
        return planned().flatMap(PlanDecision.Planned::change);
    }

    /** What is acted on. */
    private Optional<PlanDecision.Planned> planned() {
        return findings.plan()
                .filter(decision -> !seen.paused())
                .flatMap(decision ->
                        decision instanceof PlanDecision.Planned planned ? Optional.of(planned) : Optional.empty());
    }

    private void ready(Conditions conditions) {
        boolean serves = planned().isPresent()
                && planned().get().pools().stream()
                        .anyMatch(desired -> seen.pools().stream()
                                .anyMatch(pool -> (pool.getMetadata().getName().equals(desired.name())
                                                // Pods move by our own choice: nobody waits for them.
                                                || pool.getSpec().revision().equals(desired.revision()))
                                        && carries(pool)));
        if (findings.blocked().isPresent()) {
            Blocked blocked = findings.blocked().get();
            conditions.set("Ready", Status.FALSE, blocked.reason(), blocked.message());
        } else if (seen.paused()) {
            boolean carries = seen.pools().stream().anyMatch(StatusBuilder::carries) && seen.gatewayReady();
            conditions.set("Ready", Status.of(carries), "Paused", "paused by annotation; what runs goes on as it is");
        } else if (!serves) {
            boolean rolls = seen.pools().stream().anyMatch(StatusBuilder::carries);
            Optional<Blocked> trouble = trouble();
            String pending = rolls ? "the pods before still serve; the new ones are not ready" : "no pod is ready yet";
            conditions.set(
                    "Ready",
                    Status.FALSE,
                    trouble.map(Blocked::reason).orElse(rolls ? "RollingOut" : "PodsNotReady"),
                    trouble.map(Blocked::message).orElse(pending));
        } else if (!seen.gatewayReady()) {
            conditions.set("Ready", Status.FALSE, "GatewayNotReady", "no pod of the namespace's gateway is ready");
        } else if (trial.isPresent()) {
            conditions.set("Ready", Status.FALSE, "RollingOut", trial.get());
        } else {
            conditions.set("Ready", Status.TRUE, "Serving", "pods of the plan serve");
        }
    }

    /** Whether pods run on the class that the plan prefers, and else where and why. */
    private void placed(Conditions conditions) {
        Optional<PlanDecision.Planned> planned = planned();
        if (planned.isEmpty()) {
            conditions.set("Placed", Status.UNKNOWN, "Waiting", "not planned");
            return;
        }
        Optional<String> nowhere = planned.get().nowhere();
        Optional<String> full = meant(planned.get().pools().getLast())
                .flatMap(pool -> Optional.ofNullable(
                        provisioning.full().get(pool.getMetadata().getName())));
        if (nowhere.isPresent() && full.isPresent()) {
            conditions.set(
                    "Placed", Status.FALSE, "ClassFull", full.get() + "; no other class stands in: " + nowhere.get());
        } else if (planned.get().pools().size() > 1) {
            conditions.set(
                    "Placed",
                    Status.FALSE,
                    "Spilled",
                    planned.get().plan().pools().stream()
                            .skip(1)
                            .map(pool -> pool.activeVariant() + " on " + pool.acceleratorClass() + " " + pool.reason())
                            .collect(Collectors.joining("; ")));
        } else {
            conditions.set("Placed", Status.TRUE, "AsPlanned", "pods run on the class that the plan prefers");
        }
    }

    private Optional<ServingPool> meant(DesiredPool desired) {
        return seen.pools().stream()
                .filter(pool -> pool.getMetadata().getName().equals(desired.name()))
                .findFirst();
    }

    /** Lacks nothing but a node while another pool stands in for it. */
    private boolean isStoodInFor(ServingPool pool) {
        List<DesiredPool> meant = planned().orElseThrow().pools();
        boolean lacksNode = PoolStatus.trouble(pool).map(PoolStatus::lacksRoom).orElse(false);
        return lacksNode
                && meant(meant.getLast()).map(Observation::ready).orElse(0) > 0
                && !meant.getLast().name().equals(pool.getMetadata().getName());
    }

    /** What keeps pods of the plan from serving: a class without room, or what their pool tells. */
    private Optional<Blocked> trouble() {
        List<ServingPool> meant = planned().stream()
                .flatMap(planned -> planned.pools().stream())
                .flatMap(desired -> meant(desired).stream())
                .filter(pool -> !isStoodInFor(pool))
                .toList();
        return meant.stream()
                .flatMap(pool -> Optional.ofNullable(
                        provisioning.full().get(pool.getMetadata().getName()))
                        .stream())
                .map(full -> new Blocked("ClassFull", full))
                .findFirst()
                .or(() -> meant.stream()
                        .flatMap(pool -> PoolStatus.trouble(pool).stream())
                        .findFirst());
    }

    private void trafficAvailable(Conditions conditions) {
        boolean pods = seen.pools().stream().anyMatch(StatusBuilder::carries);
        if (pods && seen.gatewayReady()) {
            conditions.set("TrafficAvailable", Status.TRUE, "Serving", "requests are answered");
        } else if (pods) {
            conditions.set(
                    "TrafficAvailable", Status.FALSE, "GatewayNotReady", "no pod of the namespace's gateway is ready");
        } else {
            conditions.set("TrafficAvailable", Status.FALSE, "PodsNotReady", "no pod that takes requests is ready");
        }
    }

    private void planned(Conditions conditions) {
        if (findings.plan().isEmpty()) {
            String reason = findings.blocked().map(Blocked::reason).orElse("Waiting");
            conditions.set("Planned", Status.UNKNOWN, reason, "not planned");
            return;
        }
        if (seen.paused()) {
            conditions.set(
                    "Planned",
                    Status.UNKNOWN,
                    "Paused",
                    whatWouldBe(findings.plan().get()));
            return;
        }
        switch (findings.plan().get()) {
            case PlanDecision.Unplannable(String reason, var ignored) ->
                conditions.set("Planned", Status.FALSE, "NoConfiguration", reason);
            case PlanDecision.Planned planned -> {
                if (planned.shortfall().isPresent()) {
                    conditions.set(
                            "Planned",
                            Status.TRUE,
                            "BestEffort",
                            planned.shortfall().get());
                } else {
                    String evidence = planned.plan().pools().stream()
                            .map(pool -> String.valueOf(pool.evidence()))
                            .findFirst()
                            .orElse("unmeasured");
                    conditions.set(
                            "Planned",
                            Status.TRUE,
                            Character.toUpperCase(evidence.charAt(0)) + evidence.substring(1),
                            planned.plan().pools().isEmpty()
                                    ? ""
                                    : planned.plan().pools().getFirst().reason());
                }
            }
        }
    }

    /** For whoever paused it to see first. */
    private static String whatWouldBe(PlanDecision decision) {
        return switch (decision) {
            case PlanDecision.Unplannable(String reason, var ignored) -> "nothing could serve it: " + reason;
            case PlanDecision.Planned planned when planned.change().isEmpty() -> "the same pools would serve it";
            case PlanDecision.Planned planned ->
                "once it is no longer paused: "
                        + planned.plan().pools().stream()
                                .map(pool -> "%s as %s on %s, %d x, batches of %d"
                                        .formatted(
                                                pool.name(),
                                                pool.activeVariant(),
                                                pool.acceleratorClass(),
                                                pool.replicas(),
                                                pool.maxBatchSize()))
                                .collect(Collectors.joining("; "))
                        + " (" + planned.change().get() + ")";
        };
    }

    private void profiled(Conditions conditions) {
        if (findings.profiling().isEmpty()) {
            conditions.set("Profiled", Status.UNKNOWN, "Waiting", "not looked at");
            return;
        }
        Profiling profiling = findings.profiling().get();
        String share = profiling.measured() + " of " + profiling.wanted() + " measured";
        Optional<ProfileRun.Failed> failed = profiling
                .failure()
                .flatMap(run -> run.state() instanceof ProfileRun.Failed it ? Optional.of(it) : Optional.empty());
        if (profiling.complete()) {
            conditions.set("Profiled", Status.TRUE, "Complete", share);
        } else if (failed.isPresent()) {
            conditions.set(
                    "Profiled",
                    Status.FALSE,
                    failed.get().reason(),
                    share + "; " + told(profiling.failure().get(), failed.get()));
        } else {
            conditions.set("Profiled", Status.FALSE, "Measuring", share);
        }
    }

    private static String told(ProfileRun run, ProfileRun.Failed failed) {
        String attempt = "Job " + run.job() + ", attempt " + run.attempt() + " of " + Profiling.MOST_ATTEMPTS + ": "
                + failed.message();
        return Profiling.isGivenUp(run) ? attempt + "; not tried again until the Job is deleted" : attempt;
    }

    private void scalingActive(Conditions conditions) {
        Optional<DemandSummary> demand = seen.freshDemand();
        if (seen.demand().isEmpty()) {
            conditions.set("ScalingActive", Status.UNKNOWN, "NoReport", "the autoscaler has not reported yet");
        } else if (demand.isEmpty()) {
            conditions.set("ScalingActive", Status.UNKNOWN, "Stale", stale() + "; the counts stay as it left them");
        } else if (demand.get().metricsAvailable()) {
            conditions.set("ScalingActive", Status.TRUE, "Scaling", demand.get().message());
        } else {
            conditions.set(
                    "ScalingActive",
                    Status.FALSE,
                    "MetricsMissing",
                    demand.get().message());
        }
    }

    /** Without the age, which would move. */
    private String stale() {
        Instant last =
                Instant.ofEpochMilli(seen.demand().orElseThrow().atMillis()).truncatedTo(ChronoUnit.SECONDS);
        return "the autoscaler has last reported at " + last;
    }

    private void sloMet(Conditions conditions) {
        Optional<Boolean> met = seen.sloMet();
        String objective = seen.deployment().getSpec().slo().latency().p99();
        if (seen.demand().isPresent() && seen.freshDemand().isEmpty()) {
            conditions.set("SLOMet", Status.UNKNOWN, "Stale", stale());
        } else if (met.isEmpty()) {
            conditions.set("SLOMet", Status.UNKNOWN, "NoTraffic", "nothing was measured");
        } else {
            // No figures here: they are in status.slo, and a message that moves is written again and again.
            conditions.set(
                    "SLOMet",
                    Status.of(met.get()),
                    met.get() ? "Met" : seen.sloBroken() ? "MissedAtMaxReplicas" : "Missed",
                    met.get() ? "within p99 " + objective : "misses p99 " + objective + "; see status.slo");
        }
    }

    private void reconciling(Conditions conditions) {
        boolean rolls = findings.rollout()
                .map(rollout -> !rollout.complete() || !rollout.delete().isEmpty())
                .orElse(false);
        boolean starts = planned().isPresent() && !Conditions.isTrue(conditions.list(), "Ready");
        Optional<Blocked> trouble = trouble();
        if (seen.paused()) {
            conditions.set("Reconciling", Status.FALSE, "Paused", "paused by annotation");
        } else if (findings.blocked().isPresent()) {
            conditions.set("Reconciling", Status.FALSE, findings.blocked().get().reason(), "see Stalled");
        } else if (trouble.isPresent()) {
            conditions.set(
                    "Reconciling",
                    Status.TRUE,
                    trouble.get().reason(),
                    trouble.get().message());
        } else if (rolls || starts) {
            conditions.set(
                    "Reconciling", Status.TRUE, "RollingOut", trial.orElse("pods of the plan are not ready yet"));
        } else {
            conditions.set("Reconciling", Status.FALSE, "Done", "nothing is under way");
        }
    }

    private void stalled(Conditions conditions) {
        if (findings.blocked().isPresent()) {
            Blocked blocked = findings.blocked().get();
            conditions.set("Stalled", Status.TRUE, blocked.reason(), blocked.message());
        } else {
            conditions.set("Stalled", Status.FALSE, "Fine", "nothing stands in the way");
        }
    }

    private static boolean carries(ServingPool pool) {
        return pool.getSpec().share() > 0 && Observation.ready(pool) > 0;
    }

    private static int exists(ServingPool pool) {
        return pool.getStatus() == null || pool.getStatus().replicas() == null
                ? 0
                : pool.getStatus().replicas();
    }

    private static InferenceDeploymentStatus.MeasuredSlo measured(DemandSummary demand) {
        return new InferenceDeploymentStatus.MeasuredSlo(
                demand.p99Millis()
                        .map(millis -> DurationText.of(Duration.ofNanos(Math.round(millis * 100) * 10_000)))
                        .orElse(null),
                demand.attainment().map(Percentage::of).orElse(null),
                DurationText.of(Duration.ofSeconds(Math.round(demand.windowSeconds()))));
    }
}
