package dev.kilter.cli;

import dev.kilter.protocol.NettySwitches;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code kilter} command. Exit codes: 0 done, 1 something to mend, 2 wrong usage; {@code bench} has more. */
@Command(
        name = "kilter",
        mixinStandardHelpOptions = true,
        version = "kilter 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Serves models under a latency objective: write the SLO, Kilter finds and keeps the cheapest"
                    + " configuration that meets it.",
            ""
        },
        footer = {
            "",
            "Start here:  kilter demo",
            "Then yours:  kilter up -f FILE    the same YAML that a cluster takes, on this machine",
            "What if:     kilter plan -f FILE  what would be chosen, what not, and why",
            "Next week:   kilter simulate      a recorded load in virtual time, beside HPA, Knative and KEDA",
            "Why so:      kilter explain NAME  what is wrong, the plan, each pool's last decision and why",
            "Help:        kilter report        what a maintainer needs to see of a cluster, in one file, without secrets",
            "Proof:       kilter bench         what any server of the Open Inference Protocol can do"
        })
public final class Main implements Runnable {

    private static final String SERVE = "serve";

    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            UpCommand.class,
            PlanCommand.class,
            SimulateCommand.class,
            ExplainCommand.class,
            ReportCommand.class,
            ServeCommand.class,
            BenchCommand.class);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs and exits. */
    public static void main(String[] args) {
        NettySwitches.ofServing();
        if (args.length > 0 && args[0].equals(SERVE)) {
            dev.kilter.runtime.Main.prepare(args);
        }
        System.exit(run(writer(System.out), writer(System.err), args));
    }

    /** Bars and arrows are not in every default charset, but every terminal of today shows UTF-8. */
    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** Runs; the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return commandLine(args)
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::failed)
                .execute(args);
    }

    /**
     * With the command that is asked for alone: the options of each are read by reflection, and every start waits for
     * that.
     */
    private static CommandLine commandLine(String... args) {
        List<Class<?>> asked = COMMANDS.stream()
                .filter(command -> args.length > 0 && nameOf(command).equals(args[0]))
                .toList();
        CommandLine line = new CommandLine(new Main());
        (asked.isEmpty() ? COMMANDS : asked).forEach(line::addSubcommand);
        return line;
    }

    private static String nameOf(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof UserError) {
            command.getErr().println("kilter: " + failure.getMessage());
            return 1;
        }
        throw failure;
    }

    /** Without a command: how to use it. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
