package dev.kilter.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A hardware type: how its nodes are recognised, what a replica takes of it, what it can run and what it costs. */
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Plural("acceleratorclasses")
@ShortNames("accel")
public final class AcceleratorClass extends CustomResource<AcceleratorClassSpec, Void> {
    private static final long serialVersionUID = 1L;
}
