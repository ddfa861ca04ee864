package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ModelProfileSpec;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.core.ServiceCurve;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.Labels;
import dev.kilter.planner.PlanRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What speaks for a variant on a class. */
public sealed interface Evidence {

    /** The provider of profiles that nothing was measured for. */
    String EMULATED = "Emulated";

    /** It was measured as it would run. */
    record Measured(ModelProfile profile) implements Evidence {}

    /**
     * It was measured, but not as it would run; that proves nothing.
     *
     * @param difference in a sentence: {@code the profile 0a1b2c3d-t4 is of cpu 2 (not 4)}
     */
    record OfAnotherSetup(String difference) implements Evidence {}

    /** Nobody measured it. */
    record None() implements Evidence {}

    /**
     * The newest profile of a variant on a class that was measured in a setup, or else the newest of another. A variant
     * with a digest is known by it; one without by its URI, which the profile's label tells.
     */
    static Evidence find(
            List<ModelProfile> profiles, Variant variant, AcceleratorClass acceleratorClass, ProfileSetup setup) {
        List<ModelProfile> newestFirst = profiles.stream()
                .filter(profile -> isOf(profile, variant))
                .filter(profile -> profile.getSpec()
                        .acceleratorClass()
                        .equals(acceleratorClass.getMetadata().getName()))
                .filter(profile -> providerFits(profile.getSpec().provider(), variant, acceleratorClass))
                // Names break ties so that the choice is stable.
                .sorted(Comparator.comparing((ModelProfile profile) ->
                                String.valueOf(profile.getMetadata().getCreationTimestamp()))
                        .thenComparing(profile -> profile.getMetadata().getName())
                        .reversed())
                .toList();
        return newestFirst.stream()
                .filter(profile -> setup.difference(profile.getSpec()).isEmpty())
                .findFirst()
                .<Evidence>map(Measured::new)
                .or(() -> newestFirst.stream().findFirst().map(profile -> ofAnother(profile, setup)))
                .orElseGet(None::new);
    }

    private static Evidence ofAnother(ModelProfile profile, ProfileSetup setup) {
        return new OfAnotherSetup("the profile " + profile.getMetadata().getName() + " is of "
                + setup.difference(profile.getSpec()).orElseThrow());
    }

    private static boolean isOf(ModelProfile profile, Variant variant) {
        if (variant.digest() != null) {
            return profile.getSpec().modelDigest().equals(variant.digest());
        }
        return Hashes.of(variant.uri()).equals(profile.getMetadata().getLabels().get(Labels.SOURCE));
    }

    private static boolean providerFits(String provider, Variant variant, AcceleratorClass acceleratorClass) {
        return provider.equals(
                provider(variant.uri(), acceleratorClass.getSpec().runtime().provider()));
    }

    /** Whether what is there only takes the time that a model would. */
    static boolean isEmulated(String uri) {
        return uri.startsWith("emulated:");
    }

    /** The provider that a profile tells of what is there, where this one is asked for. */
    static String provider(String uri, String asked) {
        return isEmulated(uri) ? EMULATED : asked;
    }

    static PlanRequest.Profile toPlanner(ModelProfile profile, Variant variant, AcceleratorClass acceleratorClass) {
        ModelProfileSpec spec = profile.getSpec();
        return new PlanRequest.Profile(
                variant.name(),
                spec.acceleratorClass(),
                // An emulated engine stands for the class's.
                acceleratorClass.getSpec().runtime().provider(),
                new ServiceCurve(spec.serviceTime().stream()
                        .sorted(Comparator.comparing(ModelProfileSpec.BatchTime::batchSize))
                        .map(time -> new ServiceCurve.Point(
                                time.batchSize(),
                                seconds("serviceTime.mean", time.mean()),
                                seconds("serviceTime.p99", time.p99()),
                                time.samples()))
                        .toList()),
                Optional.ofNullable(spec.memory())
                        .map(memory -> memory.getNumericalAmount().longValue()));
    }

    private static double seconds(String field, String duration) {
        return DurationText.parse(field, duration).toNanos() / 1e9;
    }
}
