package dev.kilter.benchmarks.engine;

import dev.kilter.benchmarks.Contender;
import dev.kilter.benchmarks.Machine;
import dev.kilter.benchmarks.Rounds;
import dev.kilter.benchmarks.Spread;
import dev.kilter.protocol.Json;
import dev.kilter.runtime.engine.ModelFile;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.engine.djl.DjlEngine;
import dev.kilter.runtime.engine.ort.OrtEngine;
import dev.kilter.runtime.engine.ort.SessionTuning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Engines against the bare loop, by batch size. */
@Command(
        name = "engines",
        description = "Measures engines against the bare ONNX Runtime loop, in interleaved rounds.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class EngineBenchmark implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "An .onnx file.")
    private Path model;

    @Option(names = "--sizes", split = ",", description = "Batch sizes.")
    private List<Integer> sizes = List.of(1, 2, 4, 8, 16);

    @Option(
            names = "--contenders",
            split = ",",
            description = "Of bare, ort, djl, server, and ort with one setting turned: ort+spinning, ort-arena,"
                    + " ort-pattern, ort+denormal. The first is what the others are held against.")
    private List<String> contenders = List.of("bare", "ort", "djl", "server");

    @Option(names = "--rounds", description = "Interleaved rounds of each size.")
    private int rounds = 7;

    @Option(names = "--round-millis", description = "Work of each contender in a round.")
    private long roundMillis = 500;

    @Option(names = "--warm-up-millis", description = "Work of each contender before the first round.")
    private long warmUpMillis = 1000;

    @Option(names = "--threads", description = "Intra-op threads.")
    private int threads = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes machine, settings and every round there.")
    private Optional<Path> json = Optional.empty();

    /**
     * One batch size and contender.
     *
     * @param microsPerRun mean of each round
     * @param p50Micros of a run, of each round; means little where runs overlap, as in the server
     */
    record Line(
            int batch,
            String contender,
            Spread itemsPerSecond,
            Spread microsPerRun,
            Spread p50Micros,
            Spread p99Micros,
            Spread ratioToFirst) {}

    /** What {@code --json} holds. */
    record Report(Machine machine, String model, int threads, List<Line> lines) {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new EngineBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path file = model.toAbsolutePath();
        ModelFile loaded = new ModelFile(file.toUri(), file, "sha256:none");
        // DJL wants to make the process's environment of the Java API, so it has to come first.
        Optional<DjlEngine> djl = contenders.contains("djl")
                ? Optional.of(new DjlEngine(Path.of(System.getProperty("java.io.tmpdir"), "kilter-benchmarks")))
                : Optional.empty();
        Signature signature = OrtEngine.signature(loaded);
        Rounds measured =
                new Rounds(rounds, Duration.ofMillis(warmUpMillis), Duration.ofMillis(roundMillis), System::nanoTime);
        List<Line> lines = new ArrayList<>();
        System.out.println(heading());
        for (int size : signature.batchable() ? sizes : List.of(1)) {
            List<Contender> present = new ArrayList<>();
            try {
                for (String name : contenders) {
                    present.add(contender(name, loaded, signature, djl, size));
                }
                List<Line> found = lines(size, measured.run(present), present);
                found.forEach(line -> System.out.println(row(line)));
                lines.addAll(found);
            } finally {
                for (Contender contender : present) {
                    contender.close();
                }
            }
        }
        if (json.isPresent()) {
            Report report = new Report(Machine.here(), file.getFileName().toString(), threads, lines);
            Files.writeString(json.get(), Json.write(report));
        }
        return 0;
    }

    private Contender contender(String name, ModelFile file, Signature signature, Optional<DjlEngine> djl, int size)
            throws Exception {
        return switch (name) {
            case "bare" -> new BareLoop(file.path(), signature, size, threads);
            case "ort" -> port(name, SessionTuning.SERVING, file, size);
            case "ort+spinning" -> port(name, new SessionTuning(true, true, true, false), file, size);
            case "ort-arena" -> port(name, new SessionTuning(false, false, true, false), file, size);
            case "ort-pattern" -> port(name, new SessionTuning(false, true, false, false), file, size);
            case "ort+denormal" -> port(name, new SessionTuning(false, true, true, true), file, size);
            case "djl" -> new EnginePort(name, djl.orElseThrow(), file, size, threads);
            case "server" -> new InProcessServer(new OrtEngine(), file, size, threads);
            case String other -> throw new IllegalArgumentException("--contenders: " + other + " (see --help)");
        };
    }

    private EnginePort port(String name, SessionTuning tuning, ModelFile file, int size) throws Exception {
        return new EnginePort(name, new OrtEngine(tuning), file, size, threads);
    }

    private static List<Line> lines(int size, List<Rounds.Round> rounds, List<Contender> contenders) {
        List<Rounds.Round> first = of(rounds, contenders.getFirst());
        List<Line> lines = new ArrayList<>();
        for (Contender contender : contenders) {
            List<Rounds.Round> own = of(rounds, contender);
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < own.size(); i++) {
                ratios.add(own.get(i).itemsPerSecond() / first.get(i).itemsPerSecond());
            }
            lines.add(new Line(
                    size,
                    contender.name(),
                    Spread.of(own.stream().map(Rounds.Round::itemsPerSecond).toList()),
                    Spread.of(own.stream()
                            .map(round -> round.nanos() / 1e3 * size / round.items())
                            .toList()),
                    Spread.of(own.stream().map(round -> round.p50Nanos() / 1e3).toList()),
                    Spread.of(own.stream().map(round -> round.p99Nanos() / 1e3).toList()),
                    Spread.of(ratios)));
        }
        return lines;
    }

    private static List<Rounds.Round> of(List<Rounds.Round> rounds, Contender contender) {
        return rounds.stream()
                .filter(round -> round.contender().equals(contender.name()))
                .toList();
    }

    private static String heading() {
        return String.format(
                "%5s  %-18s %12s %25s %12s %8s %17s",
                "batch", "contender", "items/s", "(min..max)", "us/batch", "ratio", "(min..max)");
    }

    private static String row(Line line) {
        return String.format(
                Locale.ROOT,
                "%5d  %-18s %12.1f (%11.1f..%11.1f) %11.1f %8.3f (%6.3f..%6.3f)",
                line.batch(),
                line.contender(),
                line.itemsPerSecond().median(),
                line.itemsPerSecond().min(),
                line.itemsPerSecond().max(),
                line.microsPerRun().median(),
                line.ratioToFirst().median(),
                line.ratioToFirst().min(),
                line.ratioToFirst().max());
    }
}
