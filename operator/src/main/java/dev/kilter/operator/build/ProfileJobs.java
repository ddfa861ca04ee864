package dev.kilter.operator.build;

import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.operator.build.Labels.Component;
import dev.kilter.protocol.ProfileReport;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;

/**
 * Jobs that measure one variant on one class with the runtime's {@code profile} command; what they found stands in the
 * termination message of their pod.
 */
public final class ProfileJobs {

    /** Fetching the model and finding a node may take this long beside the measuring. */
    private static final Duration FETCH = Duration.ofMinutes(30);

    private ProfileJobs() {}

    /**
     * How all attempts at a measurement are named. It is the same for all who would measure the same in the same way,
     * so that one Job does it for all; whatever may make it end otherwise counts, such as the Secret of the store.
     *
     * @param configuration whose one variant is measured
     * @param runtimeImage of the installation, for a configuration that names none
     */
    public static String measurement(Configuration configuration, String runtimeImage) {
        return "profile-" + Hashes.of(PoolNames.canonical(configuration) + runtimeImage);
    }

    /** The name of one attempt, from 1: a Job cannot be changed. */
    public static String name(String measurement, int attempt) {
        return measurement + "-" + attempt;
    }

    /**
     * A Job.
     *
     * @param model the InferenceDeployment's name
     * @param configuration whose one variant is measured
     * @param attempt from 1
     */
    public static Job job(
            String model, String namespace, Owner owner, Configuration configuration, int attempt, Settings settings) {
        Variant variant = configuration.variants().getFirst();
        RuntimePod pod = new RuntimePod(model, configuration, settings);
        SortedMap<String, String> labels = Labels.of(Component.PROFILE, model);
        labels.put(Labels.INFERENCE_DEPLOYMENT, model);
        labels.put(Labels.ACCELERATOR_CLASS, configuration.acceleratorClass());
        labels.put(Labels.SOURCE, Hashes.of(variant.uri()));
        ContainerBuilder container = pod.container(Map.of(
                        "KILTER_PROFILE_BUDGET_SECONDS",
                        String.valueOf(settings.profileBudget().toSeconds())))
                .withArgs("profile")
                .withTerminationMessagePath(ProfileReport.TERMINATION_LOG)
                .withTerminationMessagePolicy("FallbackToLogsOnError");
        return new JobBuilder()
                .withNewMetadata()
                .withName(name(measurement(configuration, settings.runtimeImage()), attempt))
                .withNamespace(namespace)
                .withLabels(labels)
                .withAnnotations(Map.of(Labels.ATTEMPT, String.valueOf(attempt)))
                .withOwnerReferences(owner.controller())
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(0)
                .withActiveDeadlineSeconds(settings.profileBudget().plus(FETCH).toSeconds())
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(pod.labels(labels))
                .endMetadata()
                .withSpec(RuntimePod.with(pod.spec().withRestartPolicy("Never"), container))
                .endTemplate()
                .endSpec()
                .build();
    }
}
