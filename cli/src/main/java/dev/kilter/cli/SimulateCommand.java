package dev.kilter.cli;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.cli.simulate.Contender;
import dev.kilter.cli.simulate.Contest;
import dev.kilter.cli.simulate.ContestJson;
import dev.kilter.cli.simulate.ContestPage;
import dev.kilter.cli.simulate.ContestTable;
import dev.kilter.cli.simulate.SimulatedDeployment;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.PlanRequest;
import dev.kilter.planner.PlanTable;
import dev.kilter.planner.Planner;
import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.arrivals.Gaps;
import dev.kilter.planner.simulation.arrivals.TraceText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Replays a recorded load in virtual time: what Kilter would do, and what others would. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Replays a recorded load against an InferenceDeployment in virtual time, and compares how it is scaled.",
            "",
            "Batching, admission, balancing and the autoscaler are the ones that serve; hours pass in seconds. Beside it the"
                    + " same load is scaled by HPA, Knative and KEDA as their documents say. The files are those of"
                    + " `kilter plan`; what a batch takes comes from ModelProfiles.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it was simulated",
            "1:a file or a figure is to be mended",
            "2:wrong usage",
            "3:nothing can be run at all; the plan's table tells why"
        },
        footer = {
            "",
            "A trace is text, its first line one of:",
            "  TIMESTAMP,...               a request a line, at that date and time",
            "  seconds                     a request a line, so long after the beginning",
            "  window_start_s,rate_rps     requests a second from then to the next line",
            "",
            "kilter simulate -f intent.yaml -f cluster.yaml --trace monday.csv --html monday.html"
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int SHORT = 3;
    private static final double HIGHEST_CV = 100;

    /** Some two minutes for each contender. */
    private static final double MOST_REQUESTS = 100e6;

    private static final Duration LEAST = Duration.ofMinutes(1);

    /** What is left out at the beginning unless asked otherwise, as a part of the load. */
    private static final int PART = 10;

    @Mixin
    private PlanOptions options;

    @Option(names = "--trace", paramLabel = "FILE", required = true, description = "The recorded load.")
    private Path trace;

    @Option(
            names = "--from",
            paramLabel = "DURATION",
            description = "Where in the trace to begin. Default: its beginning.",
            converter = LoadTime.class)
    private Duration from;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "How much of the trace to replay. Default: all of it.",
            converter = LoadTime.class)
    private Duration length;

    @Option(
            names = "--times",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "So many times the trace's requests, in the same shape. Default: ${DEFAULT-VALUE}.")
    private double times;

    @Option(
            names = "--cv",
            paramLabel = "CV",
            defaultValue = "1",
            description =
                    "How bursty arrivals are where the trace has only rates: the coefficient of variation of their"
                            + " gaps; 1 is a Poisson stream. Default: ${DEFAULT-VALUE}.")
    private double cv;

    @Option(
            names = "--start-up",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "From a replica's creation to its readiness. Default: ${DEFAULT-VALUE}.",
            converter = LoadTime.class)
    private Duration startUp;

    @Option(
            names = "--room",
            paramLabel = "CLASS=N",
            split = ",",
            description = "Replicas that a class has nodes for; when it is full, the next best class stands in."
                    + " Default: as many as are asked for.")
    private Map<String, Integer> room = Map.of();

    @Option(
            names = "--provisioning",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "From the wish for a node, of one replica, to the node; it is paid for until it has been"
                    + " empty for ten minutes. 0s: nodes are there. Default: ${DEFAULT-VALUE}.",
            converter = LoadTime.class)
    private Duration provisioning;

    @Option(
            names = "--warm-up",
            paramLabel = "DURATION",
            description = "What does not count at the beginning. Default: a tenth of the load.",
            converter = LoadTime.class)
    private Duration warmUp;

    @Option(
            names = "--rivals",
            paramLabel = "LIST",
            defaultValue = "hpa,kpa,keda",
            description = "Who else scales; none: nobody. Default: ${DEFAULT-VALUE}.")
    private String rivals;

    @Option(
            names = "--aim",
            paramLabel = "SHARE",
            defaultValue = "0.7",
            description = "The share of a replica's capacity that the others are set to. Default: ${DEFAULT-VALUE}.")
    private double aim;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of all chance; the same seed gives the same figures. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result for programs.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the result as a page with plots.")
    private Path html;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LocalOptions.logToFile();
        Arrivals arrivals = arrivals();
        List<Contender> contenders = contenders();
        PlanInputs inputs = options.read(Optional.empty());
        PlanRequest request = inputs.request();
        PrintWriter out = spec.commandLine().getOut();
        PlanOutcome planned = Planner.plan(request);
        Optional<Plan> served = switch (planned) {
            case PlanOutcome.Chosen(Plan plan) -> Optional.of(plan);
            case PlanOutcome.Impossible impossible -> impossible.nearest();
        };
        if (!(planned instanceof PlanOutcome.Chosen)) {
            out.println(PlanTable.of(planned));
        }
        if (served.isEmpty()) {
            return SHORT;
        }
        Contest contest = Contest.of(
                SimulatedDeployment.of(inputs, served.get(), arrivals, conditions(arrivals, request)),
                contenders,
                next -> spec.commandLine().getErr().println("simulating " + next.told() + " ..."));
        out.print(ContestTable.of(contest));
        write("--html", "page", html, () -> ContestPage.of(contest), out);
        write("--json", "json", json, () -> ContestJson.of(contest), out);
        out.flush();
        return 0;
    }

    private Arrivals arrivals() {
        expect(cv > 0 && cv <= HIGHEST_CV, "--cv", cv, "above 0, at most 100");
        expect(times > 0 && times <= 1e6, "--times", times, "above 0, at most 1e6");
        Arrivals arrivals;
        try {
            arrivals = part(TraceText.parse(Files.readAllLines(trace), cv == 1 ? Gaps.POISSON : new Gaps.Gamma(cv)))
                    .times(times);
        } catch (NoSuchFileException _) {
            throw new UserError("--trace: " + trace + ": no such file");
        } catch (CharacterCodingException _) {
            throw new UserError("--trace: " + trace + ": no text (expected: lines in UTF-8)");
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError("--trace: " + trace + ": " + e.getMessage());
        }
        Duration lasts = Duration.ofNanos(arrivals.lengthNanos());
        expect(lasts.compareTo(LEAST) >= 0, "--trace", lasts.toSeconds() + " s", "a minute at least");
        expect(
                arrivals.requests() <= MOST_REQUESTS,
                "--trace",
                String.format(Locale.ROOT, "%.0f million requests", arrivals.requests() / 1e6),
                "at most 100 million; take a part with --from and --for");
        return arrivals;
    }

    private Arrivals part(Arrivals all) {
        if (from == null && length == null) {
            return all;
        }
        Duration whole = Duration.ofNanos(all.lengthNanos());
        return all.part(from == null ? Duration.ZERO : from, length == null ? whole : length);
    }

    private static void expect(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new UserError(option + ": " + value + " (expected: " + expected + ")");
        }
    }

    private List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>(List.of(Contender.KILTER));
        if (!rivals.equals("none")) {
            try {
                contenders.addAll(Contender.rivals(rivals));
            } catch (IllegalArgumentException e) {
                throw new UserError("--rivals: " + e.getMessage());
            }
        }
        return contenders;
    }

    private SimulatedDeployment.Conditions conditions(Arrivals arrivals, PlanRequest request) {
        expect(aim > 0 && aim <= 2, "--aim", aim, "above 0, at most 2");
        Duration length = Duration.ofNanos(arrivals.lengthNanos());
        Duration beginning = warmUp == null ? length.dividedBy(PART) : warmUp;
        expect(
                beginning.compareTo(length) < 0,
                "--warm-up",
                beginning,
                "shorter than the load, which is " + length.toSeconds() + " s");
        List<String> classes = request.offers().stream()
                .map(PlanRequest.Offer::acceleratorClass)
                .toList();
        room.forEach((name, replicas) -> {
            expect(classes.contains(name), "--room", name, "one of " + String.join(", ", classes));
            expect(replicas > 0, "--room", name + "=" + replicas, "1 or more");
        });
        return new SimulatedDeployment.Conditions(startUp, provisioning, room, beginning, aim, seed);
    }

    private static void write(String option, String what, Path file, Supplier<String> text, PrintWriter out) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, text.get());
            out.println();
            out.println(what + ": " + file);
        } catch (IOException e) {
            throw new UserError(option + ": " + file + " cannot be written (" + e.getMessage() + ")");
        }
    }

    /** Days of load, too. */
    static final class LoadTime implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                return DurationText.parse("duration", value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
