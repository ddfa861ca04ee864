package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.AcceleratorClassSpec;
import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.Money;
import dev.kilter.api.v1alpha1.Percentage;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.core.Quality;
import dev.kilter.core.QualityGoal;
import dev.kilter.core.Slo;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanRequest;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The planner's question, from the resources.
 *
 * @param classes that exist
 * @param profiles of the namespace
 * @param observedRequestsPerSecond what a plan should carry, as measured; empty: the user's hint counts
 * @param withoutNodes names of classes that no node belongs to
 * @param runtimeImage of the installation, for classes that name none
 */
public record PlanInputs(
        InferenceDeployment deployment,
        List<AcceleratorClass> classes,
        List<ModelProfile> profiles,
        Optional<Double> observedRequestsPerSecond,
        Set<String> withoutNodes,
        String runtimeImage) {

    public PlanInputs {
        classes = List.copyOf(classes);
        profiles = List.copyOf(profiles);
        withoutNodes = Set.copyOf(withoutNodes);
    }

    /** The question over all classes that may be used and have a price, or over all if none has one. */
    public PlanRequest request() {
        List<AcceleratorClass> usable = usableClasses();
        List<AcceleratorClass> priced =
                usable.stream().filter(each -> each.getSpec().cost() != null).toList();
        List<AcceleratorClass> offered = priced.isEmpty() ? usable : priced;
        InferenceDeploymentSpec spec = deployment.getSpec();
        return new PlanRequest(
                Optional.of(slo(spec)),
                demand(),
                answering().stream().map(PlanInputs::variant).toList(),
                offered.stream().map(this::offer).toList(),
                offered.stream().flatMap(this::profilesOn).toList(),
                Optional.ofNullable(spec.quality()).map(PlanInputs::quality),
                Optional.ofNullable(spec.budget())
                        .map(budget -> Money.parse("budget.maxCostPerHour", budget.maxCostPerHour())),
                policy(spec.hardware().policy()),
                new PlanRequest.Batching(
                        spec.batching().maxBatchSize(),
                        Optional.ofNullable(spec.batching().maxDelay())
                                .map(delay -> DurationText.parse("batching.maxDelay", delay))),
                new PlanRequest.Replicas(
                        spec.scaling().minReplicas(), spec.scaling().maxReplicas()),
                Optional.ofNullable(spec.scaling().requestsPerSecondPerReplica())
                        .map(Integer::doubleValue));
    }

    /**
     * The question who stands in for classes without room.
     *
     * @param taken the classes that are planned on already
     * @param requestsPerSecond what they cannot carry; 0: as much as the limits allow
     * @param placed replicas that run there
     * @param spent what these cost in an hour
     */
    PlanRequest standIn(Set<String> taken, double requestsPerSecond, int placed, BigDecimal spent) {
        PlanRequest all = request();
        return new PlanRequest(
                all.slo(),
                requestsPerSecond,
                all.variants(),
                all.offers().stream()
                        .filter(offer -> !taken.contains(offer.acceleratorClass()))
                        .toList(),
                all.profiles(),
                all.quality(),
                all.maxCostPerHour().map(most -> most.subtract(spent).max(BigDecimal.ZERO)),
                all.hardware(),
                all.batching(),
                new PlanRequest.Replicas(
                        0, Math.max(1, deployment.getSpec().scaling().maxReplicas() - placed)),
                all.requestsPerSecondPerReplica());
    }

    /** The classes that may be used, in the user's order; without one, the cheapest first. */
    public List<AcceleratorClass> usableClasses() {
        List<String> named = deployment.getSpec().hardware().acceleratorClasses();
        Comparator<AcceleratorClass> order = named.isEmpty()
                ? Comparator.comparing(PlanInputs::priceOrLast).thenComparing(PlanInputs::nameOf)
                : Comparator.comparingInt(each -> named.indexOf(nameOf(each)));
        return classes.stream()
                .filter(each -> named.isEmpty() || named.contains(nameOf(each)))
                .sorted(order)
                .toList();
    }

    /** The variants that may answer: without a quality goal the reference alone. */
    public List<Variant> answering() {
        List<Variant> variants = deployment.getSpec().model().variants();
        return deployment.getSpec().quality() == null ? variants.subList(0, 1) : variants;
    }

    /** Whether what a pool runs may answer, and well enough. */
    boolean mayAnswer(Plan.Pool pool) {
        return answering().stream().map(Variant::name).toList().containsAll(pool.variants())
                && meetsQuality(pool.operatingPoint().variant());
    }

    /** Whether answers of this variant are what the quality goal asks for; without a goal every variant's are. */
    boolean meetsQuality(String variant) {
        InferenceDeploymentSpec.Quality goal = deployment.getSpec().quality();
        if (goal == null) {
            return true;
        }
        double target = Percentage.parse("quality.target", goal.target());
        return answering().stream()
                .filter(each -> each.name().equals(variant))
                .flatMap(each -> variant(each).quality().stream())
                .anyMatch(quality -> quality.value() >= target);
    }

    /** What speaks for a variant on a class, as it would run there. */
    Evidence evidence(Variant variant, AcceleratorClass acceleratorClass) {
        return Evidence.find(profiles, variant, acceleratorClass, setup(variant, acceleratorClass));
    }

    /** What runs when a variant is measured on a class. */
    Configuration profiled(Variant variant, AcceleratorClass acceleratorClass) {
        return DesiredPool.profiled(deployment.getSpec(), acceleratorClass, variant);
    }

    private ProfileSetup setup(Variant variant, AcceleratorClass acceleratorClass) {
        return ProfileSetup.of(profiled(variant, acceleratorClass), runtimeImage);
    }

    /** Why a profile that is there proves nothing for a variant on a class; empty: it does, or there is none. */
    public Optional<String> unproved(String variant, String acceleratorClass) {
        return answering().stream()
                .filter(each -> each.name().equals(variant))
                .flatMap(each -> classes.stream()
                        .filter(on -> nameOf(on).equals(acceleratorClass))
                        .map(on -> evidence(each, on)))
                .flatMap(evidence -> evidence instanceof Evidence.OfAnotherSetup(String difference)
                        ? Stream.of(difference)
                        : Stream.of())
                .findFirst();
    }

    /** The generation of the specification; null in local mode, where it never changes. */
    Long generation() {
        return deployment.getMetadata().getGeneration();
    }

    /** Requests per second, up to two figures: a plan is not made anew for every ripple. */
    public double demand() {
        double hint = deployment.getSpec().workload() == null
                ? 0
                : deployment.getSpec().workload().requestsPerSecond();
        double rate = observedRequestsPerSecond.filter(observed -> observed > 0).orElse(hint);
        return new BigDecimal(rate).round(new MathContext(2, RoundingMode.UP)).doubleValue();
    }

    private PlanRequest.Offer offer(AcceleratorClass each) {
        AcceleratorClassSpec spec = each.getSpec();
        ClassResources resources = ClassResources.of(spec, deployment.getSpec().pod());
        return new PlanRequest.Offer(
                nameOf(each),
                spec.runtime().provider(),
                price(each).orElse(BigDecimal.ZERO),
                Optional.ofNullable(spec.capabilities().memory())
                        .or(resources::memory)
                        .map(Quantity::getNumericalAmount)
                        .map(BigDecimal::longValue),
                Set.copyOf(spec.capabilities().precisions()),
                spec.runtime().instances(),
                resources.threads(spec.runtime()),
                withoutNodes.contains(nameOf(each))
                        ? Optional.of("no node of class " + nameOf(each) + " in the cluster")
                        : Optional.empty());
    }

    private Stream<PlanRequest.Profile> profilesOn(AcceleratorClass acceleratorClass) {
        return answering().stream()
                .flatMap(variant ->
                        evidence(variant, acceleratorClass) instanceof Evidence.Measured(ModelProfile profile)
                                ? Stream.of(Evidence.toPlanner(profile, variant, acceleratorClass))
                                : Stream.of());
    }

    private static Slo slo(InferenceDeploymentSpec spec) {
        return new Slo(
                DurationText.parse("slo.latency.p99", spec.slo().latency().p99()),
                Percentage.parse("slo.maxErrorRate", spec.slo().maxErrorRate()),
                DurationText.parse("slo.window", spec.slo().window()));
    }

    private static PlanRequest.Variant variant(Variant variant) {
        return new PlanRequest.Variant(
                variant.name(),
                variant.precision(),
                Optional.ofNullable(variant.quality())
                        .map(quality -> new Quality(
                                quality.metric(),
                                Percentage.parse("variants." + variant.name() + ".quality.value", quality.value()))),
                Optional.empty());
    }

    private static QualityGoal quality(InferenceDeploymentSpec.Quality quality) {
        double target = Percentage.parse("quality.target", quality.target());
        return new QualityGoal(
                target,
                quality.floor() == null ? target : Percentage.parse("quality.floor", quality.floor()),
                Percentage.parse("quality.maxDegradedShare", quality.maxDegradedShare()));
    }

    private static PlanRequest.HardwarePolicy policy(String policy) {
        return switch (policy) {
            case "BestFit" -> PlanRequest.HardwarePolicy.BEST_FIT;
            case "MostCapable" -> PlanRequest.HardwarePolicy.MOST_CAPABLE;
            case "FirstAvailable" -> PlanRequest.HardwarePolicy.FIRST_AVAILABLE;
            // A value that a newer release knows: the documented default.
            default -> PlanRequest.HardwarePolicy.CHEAPEST;
        };
    }

    /** What a replica costs in an hour; empty: unknown. */
    static Optional<BigDecimal> price(AcceleratorClass each) {
        return Optional.ofNullable(each.getSpec().cost())
                .map(cost -> Money.parse("cost.perReplicaHour", cost.perReplicaHour()));
    }

    private static BigDecimal priceOrLast(AcceleratorClass each) {
        return price(each).orElse(new BigDecimal("1e12"));
    }

    private static String nameOf(AcceleratorClass each) {
        return each.getMetadata().getName();
    }
}
