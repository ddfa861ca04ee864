package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.PoolNames;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.plan.PlanDecision;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.PoolResources;
import dev.kilter.operator.plan.ProfileRun;
import dev.kilter.operator.plan.Profiling;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.operator.plan.RolloutRules;
import dev.kilter.operator.plan.Spill;
import dev.kilter.operator.status.Findings;
import dev.kilter.operator.status.Findings.Blocked;
import dev.kilter.operator.status.StatusBuilder;
import dev.kilter.operator.validate.Validator;
import dev.kilter.operator.validate.Violation;
import dev.kilter.protocol.DemandSummary;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds, and keeps, what serves an InferenceDeployment. */
public final class InferenceDeploymentReconciler implements Reconciler<InferenceDeployment> {

    /** How long a pool may still be sent requests, and answer them, after it was taken off the routes. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final Applier applier;
    private final Settings settings;
    private final InstantSource clock;
    private final Duration lookAgain;
    private final StatusWriter status;
    private Observer observer;
    private Gateways gateways;
    private Realizer realizer;
    private Profiler profiler;

    /** @param lookAgain how soon, at what nothing tells us of: a missing Secret, a taken name */
    public InferenceDeploymentReconciler(
            Applier applier, Settings settings, InstantSource clock, EventRecorder events, Duration lookAgain) {
        this.applier = applier;
        this.settings = settings;
        this.clock = clock;
        this.lookAgain = lookAgain;
        this.status = new StatusWriter(applier, events);
    }

    @Override
    public List<EventSource<?, InferenceDeployment>> prepareEventSources(
            EventSourceContext<InferenceDeployment> context) {
        DeploymentSources sources = new DeploymentSources(context, this::forget);
        observer = new Observer(sources, context.getClient());
        gateways = new Gateways(sources, applier, settings);
        realizer = new Realizer(sources, applier, gateways);
        profiler = new Profiler(sources, applier, settings);
        return sources.all();
    }

    private void forget(InferenceDeployment deleted) {
        gateways.forget(deleted);
        status.forget(deleted);
    }

    @Override
    public UpdateControl<InferenceDeployment> reconcile(
            InferenceDeployment deployment, Context<InferenceDeployment> context) {
        if (deployment.getMetadata().getDeletionTimestamp() != null) {
            return UpdateControl.noUpdate();
        }
        Instant now = clock.instant();
        Observation seen = observer.observe(deployment, now);
        Findings findings = advance(seen);
        InferenceDeploymentStatus told = new StatusBuilder(findings).build();
        return status.write(deployment, told, now, wakeAfter(findings), InformerCache.ofPrimary(context));
    }

    private Findings advance(Observation seen) {
        List<Violation> violations = Validator.validate(seen.subject());
        if (!violations.isEmpty()) {
            String all = violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
            return blocked(seen, Optional.empty(), new Blocked("Invalid", all));
        }
        PlanDecision decision = decide(seen);
        if (seen.paused()) {
            // Told, and not acted on.
            return new Findings(seen, Optional.of(decision), Optional.empty(), Optional.empty(), Optional.empty());
        }
        return switch (decision) {
            case PlanDecision.Unplannable(String reason, var ignored) ->
                blocked(seen, Optional.of(decision), new Blocked("NoConfiguration", reason));
            case PlanDecision.Planned planned -> realize(seen, planned);
        };
    }

    private PlanDecision decide(Observation seen) {
        InferenceDeploymentStatus status = seen.deployment().getStatus();
        Plan before = status == null ? null : status.plan();
        PlanInputs inputs = seen.planInputs(settings.runtimeImage());
        return switch (PlanDecision.decide(inputs, before, seen.pools(), seen.sloBroken(), seen.at())) {
            case PlanDecision.Unplannable unplannable -> unplannable;
            case PlanDecision.Planned planned ->
                Spill.over(planned, inputs, before, seen.pools(), seen.provisioning(), seen.at());
        };
    }

    private Findings realize(Observation seen, PlanDecision.Planned planned) {
        Map<String, Integer> wanted =
                PoolResources.needed(seen.deployment(), planned.pools(), seen.pools(), seen.running());
        Rollout rollout = Rollout.decide(
                new Rollout.Situation(
                        PoolNames.revision(seen.deployment().getSpec()),
                        wanted,
                        seen.running(),
                        RolloutRules.of(seen.deployment().getSpec()),
                        seen.freshDemand().flatMap(DemandSummary::trial),
                        DRAIN),
                seen.at());
        Optional<Blocked> blocked = realizer.realize(seen, planned.pools(), rollout)
                .or(() -> rollout.rolledBack().map(it -> new Blocked("RolledBack", it.message())))
                .or(() -> rollout.overdue().map(it -> new Blocked("ProgressDeadlineExceeded", it.message())));
        List<ProfileRun> runs = profiler.keepReports(seen);
        Profiling profiling = Profiling.decide(
                seen.planInputs(settings.runtimeImage()),
                planned.plan(),
                planned.shortfall().isEmpty(),
                runs,
                seen.at());
        boolean serves = wanted.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .allMatch(each -> seen.running().stream()
                        .anyMatch(pool -> pool.name().equals(each.getKey()) && pool.ready() > 0));
        // Service first: measuring must not take the node that the pods wait for.
        if (blocked.isEmpty() && serves) {
            profiling = profiler.start(seen, profiling);
        }
        return new Findings(seen, Optional.of(planned), Optional.of(rollout), Optional.of(profiling), blocked);
    }

    private static Findings blocked(Observation seen, Optional<PlanDecision> plan, Blocked blocked) {
        return new Findings(seen, plan, Optional.empty(), Optional.empty(), Optional.of(blocked));
    }

    private Optional<Duration> wakeAfter(Findings findings) {
        Observation seen = findings.seen();
        return Stream.of(
                        seen.untilStale(),
                        seen.provisioning().wakeAfter(),
                        findings.rollout().flatMap(Rollout::wakeAfter),
                        findings.profiling().flatMap(Profiling::wakeAfter),
                        gateways.wakeAfter(seen.deployment(), seen.at()),
                        findings.blocked().map(any -> lookAgain))
                .flatMap(Optional::stream)
                .min(Duration::compareTo);
    }
}
