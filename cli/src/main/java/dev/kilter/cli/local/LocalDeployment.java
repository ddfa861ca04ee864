package dev.kilter.cli.local;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.Scaling;
import dev.kilter.cli.UserError;
import dev.kilter.operator.plan.Evidence;
import dev.kilter.operator.validate.Subject;
import dev.kilter.operator.validate.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What of a specification means something else on one machine: its hardware is this machine, its volumes and secrets
 * are not here.
 *
 * @param deployment what is served
 * @param remarks what differs from the file, a sentence each
 */
public record LocalDeployment(InferenceDeployment deployment, List<String> remarks) {

    public LocalDeployment {
        remarks = List.copyOf(remarks);
    }

    /**
     * Fits a specification to a machine.
     *
     * @param source where it came from, for messages
     * @throws UserError naming all that is wrong with it, or that only a cluster has
     */
    public static LocalDeployment of(InferenceDeployment asked, LocalMachine machine, String source) {
        InferenceDeploymentSpec spec = asked.getSpec();
        InferenceDeployment fitted =
                with(asked, new InferenceDeploymentSpec.Hardware(spec.hardware().policy(), List.of()), spec.scaling());
        List<String> problems = new ArrayList<>();
        Validator.validate(new Subject(fitted, List.of(machine.acceleratorClass()), Subject.Reference.UNKNOWN))
                .forEach(violation -> problems.add(violation.toString()));
        spec.model().variants().stream()
                .filter(variant -> variant.uri().startsWith("pvc:"))
                .forEach(variant -> problems.add("spec.model.variants[" + variant.name() + "].uri: " + variant.uri()
                        + " (expected: file:, https:, s3:, maven: or emulated:; a volume needs a cluster)"));
        problems.addAll(tooLarge(spec, machine));
        if (!problems.isEmpty()) {
            throw new UserError(DeploymentFile.wrong(source, problems));
        }
        return new LocalDeployment(fitted, remarks(spec));
    }

    private static List<String> tooLarge(InferenceDeploymentSpec spec, LocalMachine machine) {
        List<String> problems = new ArrayList<>();
        if (spec.scaling().minReplicas() > machine.cores()) {
            problems.add("spec.scaling.minReplicas: " + spec.scaling().minReplicas() + " (expected: at most "
                    + machine.cores() + ", as many as this machine has cores)");
        }
        Optional.ofNullable(spec.pod().resources())
                .map(resources -> resources.requests().get("cpu"))
                .filter(cpu -> cpu.getNumericalAmount().doubleValue() > machine.cores())
                .ifPresent(cpu -> problems.add("spec.pod.resources.requests.cpu: " + cpu + " (expected: at most "
                        + machine.cores() + ", the cores of this machine)"));
        return problems;
    }

    private static List<String> remarks(InferenceDeploymentSpec spec) {
        List<String> remarks = new ArrayList<>();
        spec.model().variants().stream()
                .filter(variant -> Evidence.isEmulated(variant.uri()))
                .forEach(variant -> remarks.add("variant " + variant.name()
                        + " is emulated: it only takes the time that a model would; no figure is about a real model"));
        if (!spec.hardware().acceleratorClasses().isEmpty()) {
            remarks.add("hardware.acceleratorClasses " + spec.hardware().acceleratorClasses()
                    + " are not on this machine; served on " + LocalMachine.CLASS);
        }
        remarks.add(String.format(
                Locale.ROOT,
                "a replica is planned to %.0f%% of its capacity (all of it on a cluster): it shares the cores with gateway and"
                        + " clients",
                LocalRun.TARGET_UTILIZATION * 100));
        if (spec.model().storage() != null) {
            remarks.add("storage.secretRef is a cluster's; AWS_* are taken from this environment");
        }
        return remarks;
    }

    /** The same with other scaling. */
    public LocalDeployment withScaling(Scaling scaling, String remark) {
        List<String> more = new ArrayList<>(remarks);
        more.add(remark);
        return new LocalDeployment(with(deployment, deployment.getSpec().hardware(), scaling), more);
    }

    private static InferenceDeployment with(
            InferenceDeployment asked, InferenceDeploymentSpec.Hardware hardware, Scaling scaling) {
        InferenceDeploymentSpec spec = asked.getSpec();
        InferenceDeployment fitted = new InferenceDeployment();
        fitted.setMetadata(asked.getMetadata());
        fitted.setSpec(new InferenceDeploymentSpec(
                spec.model(),
                spec.slo(),
                spec.quality(),
                spec.budget(),
                spec.workload(),
                hardware,
                spec.batching(),
                scaling,
                spec.rollout(),
                spec.serviceAccountName(),
                spec.pod()));
        return fitted;
    }
}
