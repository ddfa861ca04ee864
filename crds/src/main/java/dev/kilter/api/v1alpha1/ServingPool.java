package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The running form of one configuration, written by the operator; {@code spec.replicas} belongs to whoever scales it,
 * through the scale subresource.
 */
@ValidationRule(
        value = "self.metadata.name.size() <= 63 && " + "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message = "metadata.name: not a name of a Service (expected: at most 63 lower-case letters, "
                + "digits and '-', a letter first)")
@Summary(
        value = "The running form of one configuration, written by the operator and scaled through "
                + "the scale subresource.",
        spec = "What runs.",
        status = "What was found.")
@Column(name = "For", path = ".spec.inferenceDeploymentRef.name")
@Column(name = "Accelerator", path = ".spec.configuration.acceleratorClass")
@Column(name = "Ready", path = ".status.conditions[?(@.type=='Ready')].status")
@Column(name = "Desired", path = ".spec.replicas", type = "integer")
@Column(name = "Replicas", path = ".status.readyReplicas", type = "integer")
@Column(name = "Share", path = ".spec.share", type = "integer")
@Column(name = "Age", path = ".metadata.creationTimestamp", type = "date")
@Column(name = "Variant", path = ".spec.configuration.operatingPoint.variant", wide = true)
@Column(name = "Batch", path = ".spec.configuration.operatingPoint.maxBatchSize", type = "integer", wide = true)
@Column(name = "Capacity", path = ".spec.capacityPerReplica", wide = true)
@Column(name = "Revision", path = ".spec.revision", wide = true)
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("sp")
public final class ServingPool extends CustomResource<ServingPoolSpec, ServingPoolStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
