package dev.kilter.benchmarks.validation;

import dev.kilter.benchmarks.Machine;
import dev.kilter.cli.load.wire.NettyLoop;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.NettySwitches;
import dev.kilter.runtime.log.ProcessLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command. */
@Command(
        name = "validation",
        description = "Replays the same arrivals through gateway and runtime on this machine and through the simulator,"
                + " and tells how far they lie apart. Ends with 0 if the simulator holds, 1 if not.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class Validation implements Callable<Integer> {

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Of those that --list tells.")
    private List<String> only = List.of();

    @Option(names = "--onnx", split = ",", paramLabel = "FILE", description = "Two more of each such model.")
    private List<Path> files = List.of();

    @Option(names = "--seconds", description = "Each replay, after a warm-up of two seconds.")
    private int seconds = 10;

    @Option(names = "--replays", description = "Of each configuration, at least 2: their spread is told.")
    private int replays = 2;

    @Option(names = "--seed", description = "Of the arrivals.")
    private long seed = 1;

    @Option(names = "--repeats", description = "Of a replay while others have more than 5 % of the machine, at most.")
    private int repeats = 2;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes every figure there.")
    private Optional<Path> json = Optional.empty();

    @Option(names = "--list", description = "Prints the configurations.")
    private boolean list;

    /** What {@code --json} holds. */
    record Report(Machine machine, int seconds, long seed, Verdict verdict, List<Comparison> comparisons) {}

    public static void main(String[] arguments) {
        ProcessLog.begin(true);
        NettySwitches.ofServing();
        System.exit(new CommandLine(new Validation()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Configuration> chosen = chosen();
        if (list) {
            chosen.forEach(c -> System.out.println(
                    c.name() + ": " + c.model().name() + ", " + c.load().describe()));
            return 0;
        }
        Path logs = Files.createTempDirectory("kilter-validation");
        List<Comparison> comparisons = new ArrayList<>();
        System.out.println(Table.HEADING);
        try (NettyLoop loop = new NettyLoop("load")) {
            Trial trial = new Trial(loop, Duration.ofSeconds(seconds), replays, repeats, seed, logs);
            for (Configuration configuration : chosen) {
                Comparison comparison = trial.compare(configuration);
                System.out.println(Table.row(comparison));
                comparisons.add(comparison);
                write(comparisons);
            }
        }
        Verdict verdict = Verdict.of(comparisons);
        System.out.println("\n" + Table.verdict(verdict));
        return verdict.holds() ? 0 : 1;
    }

    /** Anew after each, so that nothing is lost of a run that is ended. */
    private void write(List<Comparison> comparisons) throws IOException {
        if (json.isPresent()) {
            Report report = new Report(Machine.here(), seconds, seed, Verdict.of(comparisons), comparisons);
            Files.writeString(json.get(), Json.write(report));
        }
    }

    private List<Configuration> chosen() {
        if (seconds < 1 || replays < 2) {
            throw new IllegalArgumentException(
                    "--seconds, --replays: " + seconds + ", " + replays + " (expected: at least 1 and 2)");
        }
        List<Configuration> all = Stream.concat(
                        Configurations.all().stream(), files.stream().flatMap(file -> Configurations.of(file).stream()))
                .toList();
        List<String> names = all.stream().map(Configuration::name).toList();
        if (!names.containsAll(only)) {
            throw new IllegalArgumentException("--only: " + only + " (expected: of " + names + ")");
        }
        return all.stream()
                .filter(c -> only.isEmpty() || only.contains(c.name()))
                .toList();
    }
}
