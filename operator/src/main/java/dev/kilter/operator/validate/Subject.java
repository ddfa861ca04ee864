package dev.kilter.operator.validate;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.Variant;
import java.util.List;

/**
 * What is validated, with what its references lead to.
 *
 * @param classes that exist
 * @param serviceAccount that it names
 */
public record Subject(InferenceDeployment deployment, List<AcceleratorClass> classes, Reference serviceAccount) {

    /** What became of looking a reference up. */
    public enum Reference {
        /** Nothing is named, or it is there. */
        FINE,
        MISSING,
        /** We may not look; the pods will tell. */
        UNKNOWN
    }

    public Subject {
        classes = List.copyOf(classes);
    }

    InferenceDeploymentSpec spec() {
        return deployment.getSpec();
    }

    List<Variant> variants() {
        return spec().model().variants();
    }

    /** The classes that may be used; those that are named but do not exist are another rule's. */
    List<AcceleratorClass> usable() {
        List<String> named = spec().hardware().acceleratorClasses();
        return classes.stream()
                .filter(each ->
                        named.isEmpty() || named.contains(each.getMetadata().getName()))
                .toList();
    }
}
