package dev.kilter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Evidence: what one model file did on one kind of hardware, measured once. Immutable; anyone may bring one. */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("mprof")
public final class ModelProfile extends CustomResource<ModelProfileSpec, Void> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
