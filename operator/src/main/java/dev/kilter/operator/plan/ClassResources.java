package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClassSpec;
import dev.kilter.api.v1alpha1.PodTemplate;
import dev.kilter.api.v1alpha1.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a replica takes: the class's, requested and limited alike, where the user does not say otherwise.
 *
 * @param resources of the container
 */
record ClassResources(Resources resources) {

    static ClassResources of(AcceleratorClassSpec spec, PodTemplate pod) {
        Map<String, Quantity> requests = new TreeMap<>(spec.perReplica().resources());
        Map<String, Quantity> limits = new TreeMap<>(spec.perReplica().resources());
        if (pod.resources() != null) {
            requests.putAll(pod.resources().requests());
            limits.putAll(pod.resources().limits());
        }
        return new ClassResources(new Resources(requests, limits));
    }

    Optional<Quantity> memory() {
        return Optional.ofNullable(resources.limits().get("memory"));
    }

    /** Threads of each engine instance: as the class says, else the replica's cpu, shared by the instances. */
    int threads(AcceleratorClassSpec.ModelRuntime runtime) {
        if (runtime.threads() != null) {
            return runtime.threads();
        }
        int cpu = Optional.ofNullable(resources.requests().get("cpu"))
                .map(quantity -> quantity.getNumericalAmount()
                        .setScale(0, RoundingMode.DOWN)
                        .intValue())
                .orElse(1);
        return Math.max(1, cpu / runtime.instances());
    }
}
