package dev.kilter.cli;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.cli.local.DeploymentFile;
import dev.kilter.cli.local.LocalDeployment;
import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.local.LocalRun;
import dev.kilter.cli.local.Notices;
import dev.kilter.cli.local.RuntimeCommand;
import dev.kilter.cli.local.StateFolder;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What {@code up} and {@code demo} have in common. */
final class LocalOptions {
    private static final int HIGHEST_PORT = 65535;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of the gateway, REST and gRPC; 0: any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--profile-budget",
            paramLabel = "SECONDS",
            defaultValue = "6",
            description = "How long measuring one variant on this machine may take, the first time."
                    + " Default: ${DEFAULT-VALUE}.")
    private int profileBudget;

    /** The terminal belongs to what the command says. To be called before the first logger. */
    static void logToFile() {
        System.setProperty("logback.configurationFile", "kilter-logback.xml");
        System.setProperty(
                "kilter.log", StateFolder.home().resolve("kilter.log").toString());
    }

    /** Reads the file and fits it to this machine. */
    static LocalDeployment read(Path file, LocalMachine machine) {
        logToFile();
        InferenceDeployment deployment = DeploymentFile.read(file);
        return LocalDeployment.of(deployment, machine, file.toString());
    }

    LocalRun start(LocalDeployment local, LocalMachine machine, Notices notices) {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new UserError("--port: " + port + " (expected: 0.." + HIGHEST_PORT + ")");
        }
        LocalRun.Options options =
                new LocalRun.Options(port, StateFolder.home(), Duration.ofSeconds(Math.max(1, profileBudget)));
        return LocalRun.start(local, machine, options, new RuntimeCommand(), notices);
    }
}
