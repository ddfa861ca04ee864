package dev.kilter.runtime;

import dev.kilter.protocol.NettySwitches;
import dev.kilter.runtime.log.ProcessLog;
import dev.kilter.runtime.profile.ProfileCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Entry of the model server. Exit codes are those of {@link ExitCode}. */
@CommandLine.Command(
        name = "kilter-runtime",
        description = "Kilter's model server.",
        mixinStandardHelpOptions = true,
        subcommands = {ServeCommand.class, ProfileCommand.class})
public final class Main {

    /** How the operator and local mode start a serving process; all else is in its environment. */
    private static final List<String> IN_A_POD = List.of("serve");

    private Main() {}

    /** Runs one command and exits. */
    public static void main(String[] args) {
        begin(Stream.of(args).anyMatch(arg -> arg.startsWith("--model")));
        System.exit(List.of(args).equals(IN_A_POD) ? serve() : commandLine().execute(args));
    }

    /**
     * Readies a process that is somebody else's to serve: its log, for a person, and the engine, which is brought in on
     * another core while the caller reads its options.
     *
     * @param words that the process was given; need not be understood
     */
    public static void prepare(String... words) {
        begin(true);
        ModelFlags.prepareEngine(System.getenv(), words);
    }

    /**
     * Serves in a process that is somebody else's, until it ends; sooner after {@link #prepare}.
     *
     * @param whenReady is run once, if all models are ready after the start
     * @param options those of the command {@code serve}
     * @return an exit code
     */
    public static int serve(Runnable whenReady, String... options) {
        begin(true);
        return withReasons(new CommandLine(new ServeCommand(whenReady))).execute(options);
    }

    /** Before the first logger, and before Netty is touched. */
    private static void begin(boolean watched) {
        ProcessLog.begin(watched);
        NettySwitches.ofServing();
    }

    /** No option to parse, so no parser: it would take a fifth of the start. */
    private static int serve() {
        ModelFlags.prepareEngine(System.getenv());
        try {
            return new ServeCommand().call();
        } catch (Exception e) {
            return failed(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        }
    }

    static CommandLine commandLine() {
        return withReasons(new CommandLine(new Main()));
    }

    private static CommandLine withReasons(CommandLine command) {
        return command.setExecutionExceptionHandler((e, failing, _) -> failed(e, failing.getErr()));
    }

    private static int failed(Exception e, PrintWriter err) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        err.println(message);
        LastWords.write(message);
        if (e instanceof StartException start) {
            return start.exitCode();
        }
        e.printStackTrace(err);
        return ExitCode.SOFTWARE;
    }
}
