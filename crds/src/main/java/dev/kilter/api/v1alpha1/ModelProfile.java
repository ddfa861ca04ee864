package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Evidence: what one model file did on one kind of hardware, measured once. Immutable; anyone may bring one. */
@ValidationRule(
        value = "self.spec == oldSelf.spec",
        message = "spec: changed (expected: never; another measurement is another ModelProfile)",
        fieldPath = ".spec")
@Summary(
        value = "Evidence: what one model file did on one kind of hardware, measured once. "
                + "Immutable; anyone may bring one.",
        spec = "What was measured.")
@Column(name = "Accelerator", path = ".spec.acceleratorClass")
@Column(name = "Provider", path = ".spec.provider")
@Column(name = "Mean at 1", path = ".spec.serviceTime[?(@.batchSize==1)].mean")
@Column(name = "Ready After", path = ".spec.readyAfter")
@Column(name = "Age", path = ".metadata.creationTimestamp", type = "date")
@Column(name = "Product", path = ".spec.nodeProduct", wide = true)
@Column(name = "Digest", path = ".spec.modelDigest", wide = true)
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("mprof")
public final class ModelProfile extends CustomResource<ModelProfileSpec, Void> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
