package dev.kilter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A model, its objective and its limits; Kilter finds and keeps what serves it. The one kind that users must write. */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("infd")
public final class InferenceDeployment extends CustomResource<InferenceDeploymentSpec, InferenceDeploymentStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1L;
}
