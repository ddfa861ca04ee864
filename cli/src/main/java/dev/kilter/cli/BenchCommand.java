package dev.kilter.cli;

import dev.kilter.cli.bench.Bench;
import dev.kilter.cli.bench.BenchPlan;
import dev.kilter.cli.bench.BenchResult;
import dev.kilter.cli.bench.GeneratorBottleneck;
import dev.kilter.cli.bench.evidence.Verdict;
import dev.kilter.cli.bench.report.HtmlReport;
import dev.kilter.cli.bench.report.JsonReport;
import dev.kilter.cli.bench.report.TextReport;
import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.view.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a server and says what that proves. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures any server that speaks the Open Inference Protocol: offers load, times every request from the"
                    + " moment it was due, and says what that proves about a latency objective. Refuses to report where"
                    + " it was itself what was slow.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured; an objective, if given, is proven",
            "1:something to mend: no such server, model or file",
            "2:wrong usage",
            "3:the objective is refuted, or no rate holds it",
            "4:the load generator was the bottleneck: nothing is reported",
            "5:the objective is undecided: too few requests"
        },
        footer = {
            "",
            "Does it hold?      kilter bench --model toy --rate 200 --slo 'p99<=50ms'",
            "How much can it?   kilter bench --model toy --find-max --slo 'p99<=50ms' --html report.html",
            "Which is faster?   kilter bench --model toy --protocol grpc --concurrency 32 \\",
            "                     --target ours=http://localhost:8080 --target theirs=http://localhost:8001"
        })
final class BenchCommand implements Callable<Integer> {

    @Mixin
    private BenchOptions options;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the result as a page with plots.")
    private Path html;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        LocalOptions.logToFile();
        PrintWriter out = spec.commandLine().getOut();
        BenchPlan plan = options.plan(spec.commandLine());
        BenchResult result;
        try {
            result = new Bench(plan, new BenchProgress(out, Terminal.interactive(System.getenv())))
                    .run(LocalMachine.here().describe());
        } catch (GeneratorBottleneck e) {
            out.println();
            spec.commandLine().getErr().println("kilter: " + e.getMessage());
            return ExitCode.GENERATOR_BOTTLENECK;
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage(), e);
        }
        out.println();
        TextReport.of(result).forEach(out::println);
        write(json, "--json", () -> JsonReport.of(result), out);
        write(html, "--html", () -> HtmlReport.of(result), out);
        return exitCode(result);
    }

    private static void write(Path file, String option, Supplier<String> text, PrintWriter out) {
        if (file != null) {
            try {
                Files.writeString(file, text.get());
            } catch (IOException e) {
                throw new UserError(option + ": " + file + ": not writable: " + e.getMessage(), e);
            }
            out.println("written    " + file);
        }
    }

    private static int exitCode(BenchResult result) {
        List<BenchResult.Search> searches = result.outcomes().stream()
                .flatMap(outcome -> outcome.searches().stream())
                .toList();
        if (!searches.isEmpty()) {
            boolean allFound = searches.stream()
                    .allMatch(search -> search.bracket().holds().isPresent());
            return allFound ? ExitCode.DONE : ExitCode.REFUTED;
        }
        Optional<Verdict> verdict = result.verdict();
        return verdict.isEmpty()
                ? ExitCode.DONE
                : switch (verdict.get()) {
                    case PROVEN -> ExitCode.DONE;
                    case REFUTED -> ExitCode.REFUTED;
                    case UNDECIDED -> ExitCode.UNDECIDED;
                };
    }

    private static final class ExitCode {
        private static final int DONE = 0;
        private static final int REFUTED = 3;
        private static final int GENERATOR_BOTTLENECK = 4;
        private static final int UNDECIDED = 5;
    }
}
