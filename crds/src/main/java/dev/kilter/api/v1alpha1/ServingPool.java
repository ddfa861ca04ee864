package dev.kilter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The running form of one configuration, written by the operator; {@code spec.replicas} belongs to whoever scales it,
 * through the scale subresource.
 */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("sp")
public final class ServingPool extends CustomResource<ServingPoolSpec, ServingPoolStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
