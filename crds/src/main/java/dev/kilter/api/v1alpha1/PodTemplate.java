package dev.kilter.api.v1alpha1;

import java.util.List;
import java.util.Map;

/**
 * The part of the pod template that users may set: a closed subset, so that it grants nothing that they lack.
 *
 * @param resources null: those of the accelerator class
 * @param priorityClassName null: the cluster's default
 */
public record PodTemplate(
        @Field(value = "Labels to add to the pods.", max = 32, format = Format.LABEL_VALUE)
        Map<String, String> labels,

        @Field(value = "Annotations to add to the pods.", max = 32)
        Map<String, String> annotations,

        @Field(
                value = "Labels that the pods' nodes must have, beside what the class asks for.",
                max = 16,
                format = Format.LABEL_VALUE)
        Map<String, String> nodeSelector,

        @Field(value = "Taints that the pods bear, beside those of the class.", max = 16)
        List<Toleration> tolerations,

        @Field("Resources of a replica; each one named here replaces that of the class.")
        Resources resources,

        @Field(value = "Priority class of the pods.", format = Format.OBJECT_NAME)
        String priorityClassName)
        implements ApiPart {

    public PodTemplate {
        labels = Defaults.of(labels);
        annotations = Defaults.of(annotations);
        nodeSelector = Defaults.of(nodeSelector);
        tolerations = Defaults.of(tolerations);
    }

    /** Nothing set. */
    public static PodTemplate empty() {
        return new PodTemplate(null, null, null, null, null, null);
    }
}
