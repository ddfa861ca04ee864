package dev.kilter.cli;

import dev.kilter.cli.local.LocalDeployment;
import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.local.LocalRun;
import dev.kilter.cli.local.Notice;
import dev.kilter.cli.local.Notices;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves a YAML on this machine until Ctrl-C. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Serves an InferenceDeployment on this machine, without a cluster.",
            "",
            "Takes the YAML that a cluster takes. Plans it for this machine, starts replicas as processes, puts a"
                    + " gateway in front, measures the model, scales by the load. Ctrl-C lets requests in flight"
                    + " finish and ends all of it.",
            ""
        },
        footer = {
            "",
            "State, logs and downloaded models are in ~/.kilter, or where KILTER_HOME says.",
            "Example:  kilter up -f examples/sentence-embedder.yaml --port 8080"
        })
final class UpCommand implements Callable<Integer> {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration FOREVER = Duration.ofDays(36500);

    @Option(names = "-f", paramLabel = "FILE", required = true, description = "The InferenceDeployment, YAML.")
    private Path file;

    @Mixin
    private LocalOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LocalMachine machine = LocalMachine.here();
        LocalDeployment local = LocalOptions.read(file, machine);
        out.println(local.deployment().getMetadata().getName() + " on " + machine.describe());
        local.remarks().forEach(remark -> out.println("note: " + remark));
        Notices notices = new Notices(InstantSource.system(), notice -> out.println(line(notice)));
        try (Interruption interruption = Interruption.install()) {
            try (LocalRun run = options.start(local, machine, notices)) {
                serve(run, interruption, out);
                out.println("letting requests in flight finish");
            }
            out.println("ended");
        }
        return 0;
    }

    private static void serve(LocalRun run, Interruption interruption, PrintWriter out) {
        try {
            new StartProgress(run, out).awaitReady(LOOK);
            out.println("ready at http://127.0.0.1:" + run.port() + ", REST and gRPC; logs in " + run.logs());
            out.println("  " + TryIt.curl(run.deployment(), run.port()));
            run.gatherEvidence();
            interruption.await(FOREVER);
        } catch (InterruptedException e) {
            // Ctrl-C while it loads or measures: the end is the same, and is to take its time.
            out.println("interrupted");
        }
    }

    private static String line(Notice notice) {
        return CLOCK.format(notice.at().atZone(ZoneId.systemDefault())) + "  " + notice.who() + ": " + notice.text();
    }
}
