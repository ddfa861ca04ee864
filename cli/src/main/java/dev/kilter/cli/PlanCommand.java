package dev.kilter.cli;

import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.PlanTable;
import dev.kilter.planner.Planner;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the plan that the operator would make, with what it rejects and why. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the configuration that would serve an InferenceDeployment, what was rejected, and why.",
            "",
            "Asks the operator's own planner; nothing is started. The files hold the InferenceDeployment and, for a"
                    + " cluster's plan, its AcceleratorClasses and ModelProfiles. Without classes the plan is for this"
                    + " machine, by what `kilter up` measured on it.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything that was asked for can be had",
            "1:a file is to be mended",
            "2:wrong usage",
            "3:nothing meets all of it; the nearest is told"
        },
        footer = {
            "",
            "A cluster's:  kubectl get acceleratorclasses,modelprofiles -o yaml > cluster.yaml",
            "              kilter plan -f intent.yaml -f cluster.yaml --rate 400"
        })
final class PlanCommand implements Callable<Integer> {
    private static final int SHORT = 3;

    @Mixin
    private PlanOptions options;

    @Option(
            names = "--runtime-image",
            paramLabel = "IMAGE",
            description = "The installation's runtime image: evidence counts for one image alone. Default: the one"
                    + " that the ModelProfiles were measured with.")
    private String runtimeImage;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LocalOptions.logToFile();
        PlanInputs inputs = options.read(Optional.ofNullable(runtimeImage));
        PrintWriter out = spec.commandLine().getOut();
        out.println(question(inputs));
        out.println();
        PlanOutcome outcome = Planner.plan(inputs.request());
        out.print(PlanTable.of(outcome));
        out.flush();
        return switch (outcome) {
            case PlanOutcome.Chosen(Plan plan) -> {
                tellEvidence(plan, inputs, out);
                yield 0;
            }
            case PlanOutcome.Impossible ignored -> SHORT;
        };
    }

    private static String question(PlanInputs inputs) {
        return String.format(
                "%s: p99 %s at %s requests a second",
                inputs.deployment().getMetadata().getName(),
                inputs.deployment().getSpec().slo().latency().p99(),
                BigDecimal.valueOf(inputs.demand()).stripTrailingZeros().toPlainString());
    }

    private static void tellEvidence(Plan plan, PlanInputs inputs, PrintWriter out) {
        for (Plan.Pool pool : plan.pools()) {
            if (pool.evidence() == Plan.Evidence.UNMEASURED) {
                String variant = pool.operatingPoint().variant();
                out.println();
                out.println("note: " + variant + " on " + pool.acceleratorClass() + " is unmeasured"
                        + inputs.unproved(variant, pool.acceleratorClass())
                                .map(why -> ": " + why)
                                .orElse("")
                        + "; on a cluster the operator measures it once it serves, here `kilter up` does");
            }
        }
    }
}
