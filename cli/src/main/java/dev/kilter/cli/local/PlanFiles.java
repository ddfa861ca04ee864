package dev.kilter.cli.local;

import dev.kilter.api.reading.Reading;
import dev.kilter.api.reading.ResourceReader;
import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.cli.UserError;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.validate.Subject;
import dev.kilter.operator.validate.Validator;
import dev.kilter.operator.validate.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a plan rests on, from files: the intent, the hardware, the evidence.
 *
 * @param classes that there are; none in the files: this machine
 * @param profiles what was measured; of this machine what local mode kept
 */
public record PlanFiles(InferenceDeployment deployment, List<AcceleratorClass> classes, List<ModelProfile> profiles) {

    public PlanFiles {
        classes = List.copyOf(classes);
        profiles = List.copyOf(profiles);
    }

    /**
     * Reads all files as one.
     *
     * @throws UserError naming every field that is wrong, what it is and what was expected
     */
    public static PlanFiles read(List<Path> files, LocalMachine machine) {
        List<InferenceDeployment> deployments = new ArrayList<>();
        List<AcceleratorClass> classes = new ArrayList<>();
        List<ModelProfile> profiles = new ArrayList<>();
        for (Path file : files) {
            Reading reading = ResourceReader.read(DeploymentFile.text(file));
            if (!reading.violations().isEmpty()) {
                throw new UserError(DeploymentFile.wrong(file.toString(), reading.violations()));
            }
            deployments.addAll(reading.of(InferenceDeployment.class));
            classes.addAll(reading.of(AcceleratorClass.class));
            profiles.addAll(reading.of(ModelProfile.class));
        }
        if (deployments.size() != 1) {
            throw new UserError(
                    deployments.size() + " of kind InferenceDeployment in the files (expected: exactly one)");
        }
        InferenceDeployment deployment = deployments.getFirst();
        PlanFiles read = new PlanFiles(deployment, classes, profiles);
        return classes.isEmpty() ? read.on(machine) : read.validated(files.toString());
    }

    private PlanFiles on(LocalMachine machine) {
        LocalDeployment local =
                LocalDeployment.of(deployment, machine, deployment.getMetadata().getName());
        List<ModelProfile> known = new ArrayList<>(profiles);
        known.addAll(new ProfileStore(StateFolder.home().resolve("profiles")).of(deployment, machine));
        return new PlanFiles(local.deployment(), List.of(machine.acceleratorClass()), known);
    }

    private PlanFiles validated(String source) {
        List<String> problems = Validator.validate(new Subject(deployment, classes, Subject.Reference.UNKNOWN)).stream()
                .map(Violation::toString)
                .toList();
        if (!problems.isEmpty()) {
            throw new UserError(DeploymentFile.wrong(source, problems));
        }
        return this;
    }

    /**
     * The planner's question.
     *
     * @param requestsPerSecond in place of the file's {@code workload}; empty: that one
     * @param runtimeImage of the installation; empty: the one that the profiles were measured with
     */
    public PlanInputs inputs(Optional<Double> requestsPerSecond, Optional<String> runtimeImage) {
        String image = runtimeImage
                .or(() -> profiles.stream()
                        .map(profile -> Optional.ofNullable(profile.getSpec().requestedImage())
                                .orElse(profile.getSpec().runtimeImage()))
                        .findFirst())
                .orElse(RuntimeCommand.IMAGE);
        return new PlanInputs(deployment, classes, profiles, requestsPerSecond, Set.of(), image);
    }
}
