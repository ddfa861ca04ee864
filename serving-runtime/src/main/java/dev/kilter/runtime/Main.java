package dev.kilter.runtime;

import dev.kilter.runtime.profile.ProfileCommand;
import java.util.List;
import picocli.CommandLine;

/** Entry of the model server. Exit codes are those of {@link ExitCode}. */
@CommandLine.Command(
        name = "kilter-runtime",
        description = "Kilter's model server.",
        mixinStandardHelpOptions = true,
        subcommands = {ServeCommand.class, ProfileCommand.class})
public final class Main {

    private Main() {}

    /** Runs one command and exits. */
    public static void main(String[] args) {
        if (List.of(args).contains("--model") && System.getenv("KILTER_LOG_FORMAT") == null) {
            System.setProperty("KILTER_LOG_FORMAT", "text"); // before the first logger: a person is watching
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((e, command, _) -> {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            command.getErr().println(message);
            LastWords.write(message);
            if (e instanceof StartException start) {
                return start.exitCode();
            }
            e.printStackTrace(command.getErr());
            return ExitCode.SOFTWARE;
        });
    }
}
