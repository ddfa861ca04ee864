package dev.kilter.operator.validate;

import static dev.kilter.operator.validate.ModelRules.violation;

import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.validate.Subject.Reference;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where it runs and what it refers to. */
final class PlaceRules {

    private PlaceRules() {}

    static Stream<Violation> classesExist(Subject subject) {
        List<String> known = subject.classes().stream()
                .map(each -> each.getMetadata().getName())
                .sorted()
                .toList();
        String expected = known.isEmpty()
                ? "an AcceleratorClass; the cluster has none"
                : "an AcceleratorClass of the cluster: " + String.join(", ", known);
        return subject.spec().hardware().acceleratorClasses().stream()
                .filter(name -> !known.contains(name))
                .flatMap(name -> violation("spec.hardware.acceleratorClasses", name, expected));
    }

    static Stream<Violation> someClassComputesTheReference(Subject subject) {
        Variant reference = subject.variants().getFirst();
        boolean computes = subject.usable().isEmpty()
                || subject.usable().stream()
                        .map(each -> each.getSpec().capabilities().precisions())
                        .anyMatch(precisions -> precisions.isEmpty() || precisions.contains(reference.precision()));
        String computed = subject.usable().stream()
                .flatMap(each -> each.getSpec().capabilities().precisions().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return computes || subject.spec().quality() != null
                ? Stream.of()
                : violation(
                        "spec.model.variants[" + reference.name() + "].precision",
                        reference.precision(),
                        "one that a class computes that may be used: " + computed);
    }

    static Stream<Violation> serviceAccountExists(Subject subject) {
        return subject.serviceAccount() != Reference.MISSING
                ? Stream.of()
                : violation(
                        "spec.serviceAccountName",
                        subject.spec().serviceAccountName(),
                        "a ServiceAccount of the same namespace");
    }

    static Stream<Violation> labelsAreTheUsers(Subject subject) {
        return subject.spec().pod().labels().keySet().stream()
                .filter(key -> key.startsWith("app.kubernetes.io/") || key.startsWith(Labels.GROUP + "/"))
                .flatMap(key -> violation(
                        "spec.pod.labels",
                        key,
                        "a key of your own; app.kubernetes.io/ and " + Labels.GROUP + "/ are set by Kilter"));
    }
}
