package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A hardware type: how its nodes are recognised, what a replica takes of it, what it can run and what it costs. */
@ValidationRule(
        value = "self.metadata.name.size() <= 63",
        message = "metadata.name: too long (expected: at most 63 characters, since it is a label's " + "value)")
@Summary(
        value = "A hardware type: how its nodes are recognised, what a replica takes of it, what it "
                + "can run and what it costs.",
        spec = "What the hardware is.")
@Column(name = "Provider", path = ".spec.runtime.provider")
@Column(name = "Cost/h", path = ".spec.cost.perReplicaHour")
@Column(name = "Memory", path = ".spec.capabilities.memory")
@Column(name = "Age", path = ".metadata.creationTimestamp", type = "date")
@Column(name = "Timeout", path = ".spec.provisioningTimeout", wide = true)
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Plural("acceleratorclasses")
@ShortNames("accel")
public final class AcceleratorClass extends CustomResource<AcceleratorClassSpec, Void> {
    private static final long serialVersionUID = 1L;
}
