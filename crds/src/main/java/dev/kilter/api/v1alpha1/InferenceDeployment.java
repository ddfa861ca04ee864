package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A model, its objective and its limits; Kilter finds and keeps what serves it. The one kind that users must write. */
@ValidationRule(
        value = "self.metadata.name.size() <= 40",
        message = "metadata.name: too long (expected: at most 40 characters, since the names of pools add to it)")
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message = "metadata.name: not a name of a Service (expected: a lower-case letter, then "
                + "lower-case letters, digits and '-')")
@Summary(
        value = "A model, its objective and its limits; Kilter finds and keeps the cheapest "
                + "configuration that meets it.",
        spec = "What is asked for.",
        status = "What was found.")
@Column(name = "URL", path = ".status.url")
@Column(name = "Ready", path = ".status.conditions[?(@.type=='Ready')].status")
@Column(name = "Reason", path = ".status.conditions[?(@.type=='Ready')].reason")
@Column(name = "SLO", path = ".spec.slo.latency.p99")
@Column(name = "P99", path = ".status.slo.p99")
@Column(name = "Replicas", path = ".status.readyReplicas", type = "integer")
@Column(name = "Age", path = ".metadata.creationTimestamp", type = "date")
@Column(name = "SLO Met", path = ".status.conditions[?(@.type=='SLOMet')].status", wide = true)
@Column(name = "Variant", path = ".status.plan.pools[0].activeVariant", wide = true)
@Column(name = "Accelerator", path = ".status.plan.pools[0].acceleratorClass", wide = true)
@Column(name = "Batch", path = ".status.plan.pools[0].maxBatchSize", type = "integer", wide = true)
@Column(name = "Min", path = ".spec.scaling.minReplicas", type = "integer", wide = true)
@Column(name = "Max", path = ".spec.scaling.maxReplicas", type = "integer", wide = true)
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("infd")
public final class InferenceDeployment extends CustomResource<InferenceDeploymentSpec, InferenceDeploymentStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1L;
}
