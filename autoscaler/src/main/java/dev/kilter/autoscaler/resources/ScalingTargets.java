package dev.kilter.autoscaler.resources;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.Money;
import dev.kilter.api.v1alpha1.Percentage;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.Scaling;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolSpec;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.QualityGoal;
import dev.kilter.core.scaling.Behavior;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Reads an InferenceDeployment with its ServingPools. */
public final class ScalingTargets {

    private ScalingTargets() {}

    /**
     * What the loop scales.
     *
     * @param pools those that refer to the deployment; ones that are being deleted are left out
     * @throws IllegalArgumentException if a field cannot be read; the message names it
     */
    public static ScalingTarget of(InferenceDeployment deployment, List<ServingPool> pools) {
        InferenceDeploymentSpec spec = deployment.getSpec();
        Optional<QualityGoal> goal = Optional.ofNullable(spec.quality()).map(ScalingTargets::goal);
        return new ScalingTarget(
                new DeploymentKey(
                        deployment.getMetadata().getNamespace(),
                        deployment.getMetadata().getName()),
                settings(spec, isPaused(deployment)),
                DurationText.parse("spec.slo.window", spec.slo().window()),
                pools.stream()
                        .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null)
                        .sorted(Comparator.comparing(pool -> pool.getMetadata().getName()))
                        .map(pool -> pool(pool, place(deployment, pool), goal))
                        .toList());
    }

    private static ScalingSettings settings(InferenceDeploymentSpec spec, boolean paused) {
        Scaling scaling = spec.scaling();
        Optional<Scaling.Gpu> gpu = Optional.ofNullable(scaling.gpu());
        Optional<Integer> fixed = Optional.ofNullable(scaling.requestsPerSecondPerReplica());
        return new ScalingSettings(
                scaling.minReplicas(),
                scaling.maxReplicas(),
                budget(spec),
                fixed.map(f -> OptionalDouble.of(f)).orElse(OptionalDouble.empty()),
                Optional.of(DurationText.parse(
                        "spec.slo.latency.p99", spec.slo().latency().p99())),
                Percentage.parse("spec.slo.maxErrorRate", spec.slo().maxErrorRate()),
                fraction("spec.scaling.hedge", Optional.ofNullable(scaling.hedge())),
                fraction("spec.scaling.gpu.maxUtilization", gpu.map(Scaling.Gpu::maxUtilization)),
                fraction("spec.scaling.gpu.maxMemory", gpu.map(Scaling.Gpu::maxMemory)),
                Optional.ofNullable(scaling.behavior())
                        .map(ScalingTargets::behavior)
                        .orElse(Behavior.UNSPECIFIED),
                paused);
    }

    private static OptionalDouble budget(InferenceDeploymentSpec spec) {
        return spec.budget() == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        Money.parse("spec.budget.maxCostPerHour", spec.budget().maxCostPerHour())
                                .doubleValue());
    }

    private static QualityGoal goal(InferenceDeploymentSpec.Quality quality) {
        double target = Percentage.parse("spec.quality.target", quality.target());
        return new QualityGoal(
                target,
                quality.floor() == null ? target : Percentage.parse("spec.quality.floor", quality.floor()),
                Percentage.parse("spec.quality.maxDegradedShare", quality.maxDegradedShare()));
    }

    /** As the plan orders them; a pool that it does not name comes last. */
    private static PoolObservation.Place place(InferenceDeployment deployment, ServingPool pool) {
        List<String> planned = Optional.ofNullable(deployment.getStatus()).map(InferenceDeploymentStatus::plan).stream()
                .flatMap(plan -> plan.pools().stream())
                .map(Plan.Pool::name)
                .toList();
        int rank = planned.indexOf(pool.getMetadata().getName());
        Optional<Integer> scheduled = Optional.ofNullable(pool.getStatus()).map(ServingPoolStatus::scheduledReplicas);
        return new PoolObservation.Place(
                rank < 0 ? planned.size() : rank, scheduled.map(OptionalInt::of).orElse(OptionalInt.empty()));
    }

    private static ScalingTarget.Pool pool(ServingPool pool, PoolObservation.Place place, Optional<QualityGoal> goal) {
        ServingPoolSpec spec = pool.getSpec();
        Optional<Integer> ready = Optional.ofNullable(pool.getStatus()).map(status -> status.readyReplicas());
        return new ScalingTarget.Pool(
                pool.getMetadata().getName(),
                spec.revision(),
                spec.share(),
                Optional.ofNullable(spec.replicas()).orElse(1),
                ready.orElse(0),
                OptionalInt.empty(),
                decimal(spec.capacityPerReplica()),
                decimal(spec.costPerReplicaHour()),
                operatingPoint(spec.configuration().operatingPoint())
                        .with(goal.flatMap(g -> lesser(spec.configuration(), g))),
                spec.configuration().engine().instances(),
                place,
                isPaused(pool),
                Optional.ofNullable(pool.getStatus()).map(ServingPoolStatus::modelDigests).stream()
                        .flatMap(List::stream)
                        .collect(Collectors.toMap(
                                ServingPoolStatus.VariantDigest::variant, ServingPoolStatus.VariantDigest::digest)));
    }

    /**
     * Of the resident variants between floor and target the least good: the planner keeps them because they are faster,
     * and the faster it is, the fewer requests it has to answer.
     */
    private static Optional<OperatingPoint.Lesser> lesser(Configuration configuration, QualityGoal goal) {
        return configuration.variants().stream()
                .filter(variant -> variant.quality() != null
                        && !variant.name().equals(configuration.operatingPoint().variant()))
                .filter(variant -> quality(variant) >= goal.floor() && quality(variant) < goal.target())
                .min(Comparator.comparingDouble(ScalingTargets::quality))
                .filter(_ -> goal.maxDegradedShare() > 0)
                .map(variant -> new OperatingPoint.Lesser(variant.name(), goal.maxDegradedShare()));
    }

    private static double quality(Variant variant) {
        return Percentage.parse(
                "spec.configuration.variants." + variant.name() + ".quality.value",
                variant.quality().value());
    }

    private static OperatingPoint operatingPoint(Configuration.OperatingPoint point) {
        Optional<Duration> maxDelay = Optional.ofNullable(point.maxDelay())
                .map(text -> DurationText.parse("spec.configuration.operatingPoint.maxDelay", text));
        return new OperatingPoint(point.variant(), point.maxBatchSize(), maxDelay);
    }

    private static Behavior behavior(Scaling.Behavior behavior) {
        return new Behavior(rules(behavior.scaleUp()), rules(behavior.scaleDown()));
    }

    private static Behavior.Rules rules(Scaling.Rules rules) {
        if (rules == null) {
            return Behavior.Rules.UNSPECIFIED;
        }
        return new Behavior.Rules(
                Optional.ofNullable(rules.stabilizationWindowSeconds()).map(Duration::ofSeconds),
                Optional.ofNullable(rules.selectPolicy()).map(ScalingTargets::select),
                rules.policies().stream().map(ScalingTargets::limit).toList(),
                OptionalDouble.empty());
    }

    private static Behavior.Select select(String text) {
        return switch (text) {
            case "Max" -> Behavior.Select.MAX;
            case "Min" -> Behavior.Select.MIN;
            case "Disabled" -> Behavior.Select.DISABLED;
            default ->
                throw new IllegalArgumentException(
                        "spec.scaling.behavior selectPolicy: " + text + " (expected: Max, Min or Disabled)");
        };
    }

    private static Behavior.Limit limit(Scaling.Policy policy) {
        Duration period = Duration.ofSeconds(policy.periodSeconds());
        return switch (policy.type()) {
            case "Pods" -> new Behavior.Limit.Pods(policy.value(), period);
            case "Percent" -> new Behavior.Limit.Percent(policy.value(), period);
            default ->
                throw new IllegalArgumentException(
                        "spec.scaling.behavior policies type: " + policy.type() + " (expected: Pods or Percent)");
        };
    }

    private static boolean isPaused(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(ApiGroup.PAUSED_ANNOTATION));
    }

    private static OptionalDouble fraction(String field, Optional<String> percentage) {
        return percentage
                .map(text -> OptionalDouble.of(Percentage.parse(field, text)))
                .orElse(OptionalDouble.empty());
    }

    private static OptionalDouble decimal(String text) {
        return text == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    }
}
