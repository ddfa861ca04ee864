package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/**
 * What runs, written by the operator; {@code modelDigests} by the autoscaler, which alone hears of them from the pods.
 *
 * @param selector label selector of its pods, as text
 */
@ValidationRule(
        value = "!has(self.modelDigests) || !has(oldSelf.modelDigests) || self.modelDigests.all(d, "
                + "!oldSelf.modelDigests.exists(o, o.variant == d.variant && o.digest != d.digest))",
        message = "modelDigests: changed (expected: once pinned, never)",
        fieldPath = ".modelDigests")
public record ServingPoolStatus(
        @Field(value = "The metadata.generation that this status is about.")
        Long observedGeneration,

        @StatusReplicas @Field(value = "Pods that exist.", max = 100_000)
        Integer replicas,

        @Field(value = "Pods that have a node.", max = 100_000)
        Integer scheduledReplicas,

        @Field(value = "Pods that serve.", max = 100_000) Integer readyReplicas,

        @LabelSelector @Field("Label selector of the pods, as text.")
        String selector,

        @Field(
                value = "SHA-256 of the files that the first pod loaded; later pods refuse others.",
                max = 8,
                listKeys = "variant")
        List<VariantDigest> modelDigests,

        @Field(value = "Ready, Scheduled, Reconciling, Stalled.", max = 16, listKeys = "type")
        List<Condition> conditions)
        implements ApiPart {

    public ServingPoolStatus {
        modelDigests = Defaults.of(modelDigests);
        conditions = Defaults.of(conditions);
    }

    /** What a variant's file turned out to be. */
    public record VariantDigest(
            @Field(value = "Name of the variant.", required = true, format = Format.NAME)
            String variant,

            @Field(value = "SHA-256 of its file.", required = true, format = Format.DIGEST)
            String digest)
            implements ApiPart {}
}
