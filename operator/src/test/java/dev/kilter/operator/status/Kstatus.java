package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;

/**
 * What kstatus, and with it Flux and {@code kubectl wait}-like tools, make of a custom resource: its generic rules, in
 * its order (sigs.k8s.io/cli-utils, pkg/kstatus).
 */
enum Kstatus {
    IN_PROGRESS,
    FAILED,
    CURRENT,
    TERMINATING;

    static Kstatus of(InferenceDeployment resource) {
        if (resource.getMetadata().getDeletionTimestamp() != null) {
            return TERMINATING;
        }
        InferenceDeploymentStatus status = resource.getStatus();
        if (status == null) {
            return CURRENT;
        }
        if (status.observedGeneration() != null
                && !status.observedGeneration().equals(resource.getMetadata().getGeneration())) {
            return IN_PROGRESS;
        }
        if (is(status, "Reconciling", "True")) {
            return IN_PROGRESS;
        }
        if (is(status, "Stalled", "True")) {
            return FAILED;
        }
        return is(status, "Ready", "False") || is(status, "Ready", "Unknown") ? IN_PROGRESS : CURRENT;
    }

    private static boolean is(InferenceDeploymentStatus status, String type, String value) {
        return Conditions.find(status.conditions(), type)
                .filter(condition -> condition.status().equals(value))
                .isPresent();
    }
}
