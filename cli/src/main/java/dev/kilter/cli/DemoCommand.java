package dev.kilter.cli;

import dev.kilter.api.v1alpha1.Scaling;
import dev.kilter.cli.demo.Demo;
import dev.kilter.cli.local.LocalDeployment;
import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.local.LocalRun;
import dev.kilter.cli.local.Notices;
import dev.kilter.cli.view.LiveView;
import dev.kilter.cli.view.PlainLine;
import dev.kilter.cli.view.Snapshot;
import dev.kilter.cli.view.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves an example and shows what happens under load. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a real model on this machine and shows it under load that rises and falls: what is offered, what"
                    + " the latency is against the objective, how many replicas run, and what was decided, and why.",
            "",
            "The first time the model (90 MB) is fetched and measured. Nothing is staged: every figure is measured,"
                    + " and decided by the same code as on a cluster.",
            ""
        },
        footer = {"", "Example:  kilter demo --duration 1m --keep"})
final class DemoCommand implements Callable<Integer> {

    private static final int SCALE_IN_SECONDS = 4;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration FOREVER = Duration.ofDays(36500);
    private static final Duration TAKE_OVER = Duration.ofMinutes(2);
    private static final Duration LINE_EVERY = Duration.ofSeconds(3);

    @Option(names = "-f", paramLabel = "FILE", description = "Another InferenceDeployment than the example.")
    private Path file;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationOption.class,
            description = "How long load is offered, such as 30s or 2m. Default: ${DEFAULT-VALUE}.")
    private Duration duration;

    @Option(names = "--keep", description = "Go on serving afterwards, until Ctrl-C.")
    private boolean keep;

    @Mixin
    private LocalOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        LocalMachine machine = LocalMachine.here();
        LocalDeployment local = quickToScaleIn(LocalOptions.read(example(), machine));
        out.println(local.deployment().getMetadata().getName() + " on " + machine.describe());
        local.remarks().forEach(remark -> out.println("note: " + remark));
        AtomicBoolean quiet = new AtomicBoolean();
        Notices notices = new Notices(InstantSource.system(), notice -> {
            if (!quiet.get()) {
                out.println("  " + notice.who() + ": " + notice.text());
            }
        });
        try (Interruption interruption = Interruption.install()) {
            try (LocalRun run = options.start(local, machine, notices)) {
                play(new Demo(run, machine, InstantSource.system()), run, quiet, out, interruption);
                out.println("letting requests in flight finish");
            }
            out.println("ended");
        }
        return 0;
    }

    private void play(Demo demo, LocalRun run, AtomicBoolean quiet, PrintWriter out, Interruption interruption) {
        try {
            new StartProgress(run, out).awaitReady(LOOK);
            run.gatherEvidence();
            if (!run.awaitSettled(LOOK)) {
                out.println("  the plan's replicas take over");
                run.awaitSettled(TAKE_OVER);
            }
            out.println("load for " + duration.toSeconds() + " s: " + demo.intent(duration));
            boolean live = Terminal.interactive(System.getenv());
            Terminal terminal = new Terminal(System.out);
            List<String> summary;
            try {
                quiet.set(live);
                summary = demo.play(duration, live ? drawing(terminal) : printing(out));
            } finally {
                terminal.restore();
            }
            quiet.set(false);
            out.println();
            summary.forEach(out::println);
            out.println();
            out.println(keep ? "try it:" : "try it (after: kilter demo --keep):");
            out.println("  " + TryIt.curl(run.deployment(), run.port()));
            if (keep && !interruption.isAsked()) {
                out.println("serving at http://127.0.0.1:" + run.port() + " until Ctrl-C");
                interruption.await(FOREVER);
            }
        } catch (InterruptedException e) {
            out.println("interrupted");
        }
    }

    private static Consumer<Snapshot> drawing(Terminal terminal) {
        boolean colours = Terminal.colours(System.getenv());
        return snapshot -> {
            Terminal.Size size = Terminal.size().orElse(new Terminal.Size(80, 24));
            terminal.draw(LiveView.render(snapshot, size.columns(), size.rows(), colours));
        };
    }

    private static Consumer<Snapshot> printing(PrintWriter out) {
        Duration[] next = {Duration.ZERO};
        return snapshot -> {
            if (snapshot.elapsed().compareTo(next[0]) >= 0) {
                next[0] = next[0].plus(LINE_EVERY);
                out.println("  " + PlainLine.render(snapshot));
            }
        };
    }

    private Path example() {
        return file != null
                ? file
                : Path.of(System.getProperty("kilter.root", "."), "examples", "sentence-embedder.yaml");
    }

    /** Half a minute is too short for Kubernetes' default of five minutes before replicas are taken away. */
    private static LocalDeployment quickToScaleIn(LocalDeployment local) {
        Scaling scaling = local.deployment().getSpec().scaling();
        if (scaling.behavior() != null) {
            return local;
        }
        Scaling.Behavior quick = new Scaling.Behavior(null, new Scaling.Rules(SCALE_IN_SECONDS, null, List.of()));
        return local.withScaling(
                new Scaling(
                        scaling.minReplicas(),
                        scaling.maxReplicas(),
                        scaling.requestsPerSecondPerReplica(),
                        scaling.hedge(),
                        scaling.gpu(),
                        quick),
                "the demo takes replicas away after " + SCALE_IN_SECONDS + " s of less load"
                        + " (scaling.behavior.scaleDown.stabilizationWindowSeconds; default: 300)");
    }
}
