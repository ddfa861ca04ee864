package dev.kilter.cli;

import dev.kilter.cli.report.ClusterReport;
import dev.kilter.cli.report.ReportFile;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Gathers what a maintainer needs. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Gathers what a maintainer needs to see of a cluster into one file: versions, CRDs, Kilter's objects with"
                    + " conditions and history, what `kilter explain` says of each InferenceDeployment, events, pods,"
                    + " their last logs and metrics, nodes' labels and capacity.",
            "",
            "It only reads, never a Secret; values that look like one are replaced. Look through it all the same"
                    + " before you give it away.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of it was read",
            "1:nothing was written; the message says why",
            "2:wrong usage",
            "3:it was written, and lacks what not-read.txt in it names"
        },
        footer = {"", "kilter report -n search -o search.tar.gz"})
final class ReportCommand implements Callable<Integer> {
    private static final int INCOMPLETE = 3;
    private static final int MOST_TOLD = 5;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The one that serves. Default: all that do.")
    private String namespace;

    @Option(
            names = "--system-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = "kilter-system",
            description = "Where operator and autoscaler run. Default: ${DEFAULT-VALUE}.")
    private String system;

    @Option(names = "--context", paramLabel = "CONTEXT", description = "Of the kubeconfig. Default: the current one.")
    private String context;

    @Option(
            names = "--lines",
            paramLabel = "N",
            defaultValue = "2000",
            description = "The last lines of each log, within 1 MiB. Default: ${DEFAULT-VALUE}.")
    private int lines;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write. Default: kilter-report-TIME.tar.gz here.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LocalOptions.logToFile();
        if (lines < 1) {
            throw new UserError("--lines: " + lines + " (expected: at least 1)");
        }
        Instant now = Instant.now();
        Path to = file == null ? Path.of("kilter-report-" + STAMP.format(now) + ".tar.gz") : file;
        Config config =
                ClusterAccess.config(context, "no cluster is configured (expected: KUBECONFIG naming a kubeconfig)");
        PrintWriter err = spec.commandLine().getErr();
        List<String> unread;
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            unread = ReportFile.write(
                    to,
                    client,
                    new ClusterReport.Scope(Optional.ofNullable(namespace), system, lines),
                    spec.root().version()[0],
                    part -> err.println("reading " + part),
                    now);
        } catch (IOException e) {
            throw new UserError(
                    "--output: " + to + ": cannot be written: " + e + " (expected: a file in a folder that is there)",
                    e);
        }
        unread.stream().limit(MOST_TOLD).forEach(what -> err.println("not read: " + what));
        if (unread.size() > MOST_TOLD) {
            err.println("and " + (unread.size() - MOST_TOLD) + " more, in not-read.txt");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("written: " + to + (unread.isEmpty() ? "" : ", incomplete"));
        out.flush();
        return unread.isEmpty() ? 0 : INCOMPLETE;
    }
}
