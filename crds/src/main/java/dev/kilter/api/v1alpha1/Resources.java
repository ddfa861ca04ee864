package dev.kilter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Map;

/** As in a container. */
public record Resources(
        @Field(value = "What a replica is promised, such as cpu: 2.", max = 16, format = Format.KEY)
        Map<String, Quantity> requests,

        @Field(value = "What a replica may take at most, such as memory: 8Gi.", max = 16, format = Format.KEY)
        Map<String, Quantity> limits)
        implements ApiPart {

    public Resources {
        requests = Defaults.of(requests);
        limits = Defaults.of(limits);
    }

    /** For a container. */
    public ResourceRequirements toKubernetes() {
        return new ResourceRequirementsBuilder()
                .withRequests(requests)
                .withLimits(limits)
                .build();
    }
}
