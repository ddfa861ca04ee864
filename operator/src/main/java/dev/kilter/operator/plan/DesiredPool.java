package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.AcceleratorClassSpec;
import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.PodTemplate;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.operator.build.PoolNames;
import dev.kilter.planner.Plan;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A pool that the plan means.
 *
 * @param name {@code NAME-HASH8}
 * @param revision of the InferenceDeployment's spec
 * @param configuration all that its pods depend on
 * @param planned what the planner said of it
 * @param costPerReplicaHour empty: the class has no price
 * @param standsIn it carries what a class before it in the plan has no room for
 */
public record DesiredPool(
        String name,
        String revision,
        Configuration configuration,
        Plan.Pool planned,
        Optional<BigDecimal> costPerReplicaHour,
        boolean standsIn) {

    /** The same for a class without room. */
    DesiredPool standingIn(int replicas) {
        return new DesiredPool(name, revision, configuration, planned.sized(replicas), costPerReplicaHour, true);
    }

    /**
     * The pools of a plan.
     *
     * @param classes that the plan chose from
     */
    public static List<DesiredPool> of(InferenceDeployment deployment, List<AcceleratorClass> classes, Plan plan) {
        return plan.pools().stream()
                .flatMap(planned -> classes.stream()
                        .filter(each -> each.getMetadata().getName().equals(planned.acceleratorClass()))
                        .map(each -> of(deployment, each, planned)))
                .toList();
    }

    static DesiredPool of(InferenceDeployment deployment, AcceleratorClass acceleratorClass, Plan.Pool planned) {
        InferenceDeploymentSpec spec = deployment.getSpec();
        // The user's order, the reference first: the active variant is the operating point's to say.
        List<Variant> resident = spec.model().variants().stream()
                .filter(variant -> planned.variants().contains(variant.name()))
                .toList();
        Configuration configuration = configuration(
                spec,
                acceleratorClass,
                resident,
                new Configuration.Engine(planned.instances(), planned.threads()),
                new Configuration.OperatingPoint(
                        planned.operatingPoint().variant(),
                        planned.operatingPoint().maxBatchSize(),
                        planned.operatingPoint()
                                .maxDelay()
                                .filter(delay -> spec.batching().maxDelay() != null)
                                .map(DurationText::of)
                                .orElse(spec.batching().maxDelay())),
                new Configuration.Objective(spec.slo().latency()));
        return new DesiredPool(
                PoolNames.pool(deployment.getMetadata().getName(), configuration, spec.batching()),
                PoolNames.revision(spec),
                configuration,
                planned,
                PlanInputs.price(acceleratorClass),
                false);
    }

    /** What runs when one variant is measured on a class: nothing that only whoever asks for it cares about. */
    static Configuration profiled(InferenceDeploymentSpec spec, AcceleratorClass acceleratorClass, Variant variant) {
        AcceleratorClassSpec.ModelRuntime runtime = acceleratorClass.getSpec().runtime();
        int threads = ClassResources.of(acceleratorClass.getSpec(), spec.pod()).threads(runtime);
        return configuration(
                spec,
                acceleratorClass,
                List.of(new Variant(variant.name(), variant.uri(), variant.digest(), variant.precision(), null)),
                // The curve is one instance's; the planner multiplies.
                new Configuration.Engine(1, threads),
                new Configuration.OperatingPoint(variant.name(), spec.batching().maxBatchSize(), null),
                null);
    }

    private static Configuration configuration(
            InferenceDeploymentSpec spec,
            AcceleratorClass acceleratorClass,
            List<Variant> variants,
            Configuration.Engine engine,
            Configuration.OperatingPoint operatingPoint,
            Configuration.Objective objective) {
        AcceleratorClassSpec on = acceleratorClass.getSpec();
        PodTemplate pod = spec.pod();
        return new Configuration(
                acceleratorClass.getMetadata().getName(),
                on.runtime().image(),
                on.runtime().provider(),
                spec.model().task(),
                variants,
                spec.model().embedding(),
                engine,
                operatingPoint,
                objective,
                spec.model().storage(),
                on.nodes(),
                on.tolerations(),
                ClassResources.of(on, pod).resources(),
                spec.serviceAccountName(),
                // Its resources are in the replica's already.
                new PodTemplate(
                        pod.labels(),
                        pod.annotations(),
                        pod.nodeSelector(),
                        pod.tolerations(),
                        null,
                        pod.priorityClassName()));
    }
}
