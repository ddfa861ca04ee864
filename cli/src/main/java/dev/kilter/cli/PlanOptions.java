package dev.kilter.cli;

import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.local.PlanFiles;
import dev.kilter.operator.plan.PlanInputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is planned, as {@code plan} and {@code simulate} take it. */
final class PlanOptions {
    private static final double HIGHEST_RATE = 1e9;

    @Option(
            names = "-f",
            paramLabel = "FILE",
            required = true,
            description = "YAML, one or several resources; may be given again.")
    private List<Path> files;

    @Option(
            names = "--rate",
            paramLabel = "RPS",
            description = "Requests a second to plan for. Default: the file's workload.requestsPerSecond.")
    private Double rate;

    /**
     * Reads the files.
     *
     * @param runtimeImage that evidence counts for; empty: the one that the ModelProfiles were measured with
     * @throws UserError naming what is wrong
     */
    PlanInputs read(Optional<String> runtimeImage) {
        if (rate != null && !(rate > 0 && rate <= HIGHEST_RATE)) {
            throw new UserError("--rate: " + rate + " (expected: above 0, at most 1e9)");
        }
        return PlanFiles.read(files, LocalMachine.here()).inputs(Optional.ofNullable(rate), runtimeImage);
    }
}
