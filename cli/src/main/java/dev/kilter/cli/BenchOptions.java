package dev.kilter.cli;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.cli.bench.BenchPlan;
import dev.kilter.cli.bench.Load;
import dev.kilter.cli.bench.evidence.Objective;
import dev.kilter.cli.load.RateCurve;
import dev.kilter.cli.load.Trace;
import dev.kilter.cli.load.request.Dialect;
import dev.kilter.cli.load.request.Filling;
import dev.kilter.cli.load.wire.Endpoint;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of {@code bench}, and the plan that they make. */
final class BenchOptions {

    private static final Pattern SLO = Pattern.compile("p(\\d{1,2}(?:\\.\\d+)?)\\s*<=?\\s*(\\S+)");
    private static final int ROUNDS = 5;
    private static final int MOST_STEPS = 24;
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration PATIENT = Duration.ofSeconds(60);

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "The server. Default: ${DEFAULT-VALUE}.")
    private URI url;

    @Option(
            names = "--target",
            paramLabel = "NAME=URL",
            description = "A server under a name, instead of --url; several are measured in interleaved rounds and"
                    + " compared with the first.")
    private Map<String, URI> targets = new LinkedHashMap<>();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            required = true,
            description = "The model, by its name in requests.")
    private String model;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            defaultValue = "binary",
            description = "rest (JSON), binary (REST with binary tensors), grpc (raw contents) or predict"
                    + " (/v1/predict). Default: ${DEFAULT-VALUE}.")
    private Dialect dialect;

    @Option(
            names = "--http",
            paramLabel = "VERSION",
            defaultValue = "1.1",
            description = "1.1 or 2; gRPC is always over 2. Default: ${DEFAULT-VALUE}.")
    private String http;

    @Option(names = "--rate", paramLabel = "N", description = "Open loop: so many requests a second.")
    private Double rate;

    @Option(
            names = "--arrivals",
            paramLabel = "HOW",
            defaultValue = "poisson",
            description = "poisson or constant, for --rate and --steps. Default: ${DEFAULT-VALUE}.")
    private String arrivals;

    @Option(
            names = "--steps",
            paramLabel = "N:TIME,...",
            split = ",",
            description = "Open loop: one rate after another, such as 100:10s,200:10s.")
    private List<String> steps = List.of();

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Open loop: recorded arrival times, or rates window by window, as CSV. With --rate: scaled"
                    + " to that mean rate.")
    private Path trace;

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "How much faster the trace's time goes by. Default: ${DEFAULT-VALUE}.")
    private double speed;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Closed loop: N clients that wait for each answer. For requests a second, not for latency.")
    private Integer concurrency;

    @Option(
            names = "--slo",
            paramLabel = "OBJECTIVE",
            description = "Such as 'p99<=50ms': the run ends as soon as it is proven or refuted.")
    private String slo;

    @Option(
            names = "--confidence",
            paramLabel = "SHARE",
            defaultValue = "0.99",
            description = "Of a proof or a refutation. Default: ${DEFAULT-VALUE}.")
    private double confidence;

    @Option(names = "--full", description = "Run for the whole --duration, whatever is proven before.")
    private boolean full;

    @Option(names = "--find-max", description = "Search the highest Poisson rate that keeps --slo.")
    private boolean findMax;

    @Option(
            names = "--resolution",
            paramLabel = "SHARE",
            defaultValue = "0.03",
            description = "How close --find-max comes. Default: ${DEFAULT-VALUE}.")
    private double resolution;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Of a run, at most; of a step of --find-max. Default: 10s, with --slo 60s.")
    private String duration;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "3s",
            description = "Before each run, not counted; 0s: none. Default: ${DEFAULT-VALUE}.")
    private String warmUp;

    @Option(names = "--rounds", paramLabel = "N", description = "Default: 1, with several targets 5.")
    private Integer rounds;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "At most. Default: 128 over HTTP/1.1, 4 over HTTP/2.")
    private Integer connections;

    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Requests beyond are not sent, and break the objective. Default: ${DEFAULT-VALUE}.")
    private int maxInFlight;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "For an answer, from the scheduled time. Default: ${DEFAULT-VALUE}.")
    private String timeout;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "JSON requests with \"inputs\", one after another, sent in turn. Default: made up from the"
                    + " model's metadata.")
    private Path input;

    @Option(
            names = "--fill",
            paramLabel = "WITH",
            defaultValue = "random",
            description = "zeros or random, for made-up inputs; texts are sentences. Default: ${DEFAULT-VALUE}.")
    private Filling filling;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Items a request, where the first dimension varies. Default: ${DEFAULT-VALUE}.")
    private long batch;

    @Option(
            names = "--shape",
            paramLabel = "INPUT=N,N,...",
            description = "A made-up input's whole shape. Default: the metadata's, with 1 for what varies.")
    private Map<String, String> shapes = Map.of();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of Poisson arrivals.")
    private long seed;

    @Option(
            names = "--ceiling",
            paramLabel = "SHARE",
            defaultValue = "0.8",
            description =
                    "Closed loop: nothing is reported above this share of what the generator reaches against a server"
                            + " that does nothing. 1: where both share a core on purpose. Default: ${DEFAULT-VALUE}.")
    private double ceiling;

    /** @throws ParameterException naming option, value and what was expected */
    BenchPlan plan(CommandLine command) {
        try {
            return plan();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    private BenchPlan plan() {
        Optional<Objective> objective = Optional.ofNullable(slo).map(this::objective);
        expect(!findMax || objective.isPresent(), "--find-max", "true", "--slo beside it");
        expect(List.of("1.1", "2").contains(http), "--http", http, "1.1 or 2");
        expect(List.of("poisson", "constant").contains(arrivals), "--arrivals", arrivals, "poisson or constant");
        expect(batch >= 1, "--batch", batch, "at least 1");
        expect(maxInFlight >= 1, "--max-in-flight", maxInFlight, "at least 1");
        expect(rounds == null || rounds >= 1, "--rounds", rounds, "at least 1");
        expect(connections == null || connections >= 1, "--connections", connections, "at least 1");
        expect(ceiling > 0 && ceiling <= 1, "--ceiling", ceiling, "above 0, at most 1");
        expect(resolution >= 0.002 && resolution < 1, "--resolution", resolution, "0.002 to 1");
        List<BenchPlan.Target> servers = new ArrayList<>();
        targets.forEach((name, address) -> servers.add(new BenchPlan.Target(name, address)));
        if (servers.isEmpty()) {
            servers.add(new BenchPlan.Target("server", url));
        }
        servers.forEach(server -> Endpoint.of(server.url()));
        boolean http2 = http.equals("2") || dialect == Dialect.GRPC;
        Loaded loaded = load(objective.isPresent());
        int clients = loaded.load() instanceof Load.Closed closed ? closed.concurrency() : 0;
        int most = connections != null ? connections : http2 ? Math.clamp(clients, 1, 4) : Math.max(128, clients);
        return new BenchPlan(
                servers,
                model,
                dialect,
                http2,
                new BenchPlan.Inputs(filling, batch, shapes(), Optional.ofNullable(input)),
                loaded.load(),
                objective,
                findMax ? Optional.of(new BenchPlan.FindMax(resolution, MOST_STEPS)) : Optional.empty(),
                objective.isPresent() && !full,
                rounds != null ? rounds : servers.size() > 1 ? ROUNDS : 1,
                time("--warm-up", warmUp),
                loaded.duration(),
                new BenchPlan.Connections(most, maxInFlight, time("--timeout", timeout)),
                seed,
                ceiling);
    }

    private Objective objective(String text) {
        Matcher parts = SLO.matcher(text.strip());
        expect(parts.matches(), "--slo", text, "such as 'p99<=50ms'");
        return new Objective(Double.parseDouble(parts.group(1)), time("--slo", parts.group(2)), confidence);
    }

    private record Loaded(Load load, Duration duration) {}

    private Loaded load(boolean patient) {
        int ways = (steps.isEmpty() ? 0 : 1) + (trace == null ? 0 : 1) + (concurrency == null ? 0 : 1);
        expect(
                ways <= 1 && (rate == null || (steps.isEmpty() && concurrency == null)),
                "load",
                "several of --rate, --steps, --trace, --concurrency",
                "one of them, or --trace with --rate");
        expect(rate == null || (rate >= 0.01 && rate <= 1e6), "--rate", rate, "0.01 to 1000000");
        expect(!findMax || ways == 0, "--find-max", "with a load", "at most --rate, where it begins");
        Duration asked = time("--duration", duration != null ? duration : DurationText.of(patient ? PATIENT : SHORT));
        expect(!asked.isZero(), "--duration", duration, "above 0");
        boolean poisson = arrivals.equals("poisson");
        if (concurrency != null) {
            expect(concurrency >= 1 && concurrency <= 10_000, "--concurrency", concurrency, "1 to 10000");
            return new Loaded(new Load.Closed(concurrency), asked);
        }
        if (trace != null) {
            return traced(asked);
        }
        if (!steps.isEmpty()) {
            return stepped(poisson);
        }
        if (rate != null) {
            return new Loaded(Load.Curve.constant(rate, poisson), asked);
        }
        expect(findMax, "load", "none", "one of --rate, --steps, --trace, --concurrency, --find-max");
        return new Loaded(new Load.Closed(1), asked);
    }

    private Loaded stepped(boolean poisson) {
        List<RateCurve.Point> starts = new ArrayList<>();
        Duration at = Duration.ZERO;
        for (String step : steps) {
            String[] parts = step.split(":", -1);
            expect(parts.length == 2, "--steps", step, "RATE:TIME, such as 100:10s");
            starts.add(new RateCurve.Point(at.toNanos() / 1e9, number("--steps", parts[0])));
            at = at.plus(time("--steps", parts[1]));
        }
        return new Loaded(
                new Load.Curve(RateCurve.steps(starts), poisson, "steps " + String.join(", ", steps)),
                duration != null ? time("--duration", duration) : at);
    }

    private Loaded traced(Duration asked) {
        String name = trace.getFileName() + (speed == 1 ? "" : ", " + speed + " times as fast");
        return switch (Trace.read(trace, speed)) {
            case Trace.Rates(RateCurve curve, Duration length) -> {
                Duration run = duration != null && asked.compareTo(length) < 0 ? asked : length;
                double factor = rate == null ? 1 : rate / curve.mean(run.toNanos() / 1e9);
                yield new Loaded(new Load.Curve(curve.times(factor), true, name), run);
            }
            case Trace.Times(long[] nanos) -> {
                double seconds = Math.max(1e-9, nanos[nanos.length - 1] / 1e9);
                double factor = rate == null ? 1 : nanos.length / seconds / rate;
                long[] scaled =
                        Arrays.stream(nanos).map(at -> (long) (at * factor)).toArray();
                Duration warm = time("--warm-up", warmUp);
                Duration whole = Duration.ofNanos(scaled[scaled.length - 1] + 1).minus(warm);
                expect(!whole.isNegative() && !whole.isZero(), "--warm-up", warmUp, "shorter than the trace");
                Duration run = duration != null && asked.compareTo(whole) < 0 ? asked : whole;
                yield new Loaded(new Load.Replay(scaled, name), run);
            }
        };
    }

    private Map<String, List<Long>> shapes() {
        Map<String, List<Long>> parsed = new LinkedHashMap<>();
        shapes.forEach((name, text) -> {
            List<Long> shape = new ArrayList<>();
            for (String dimension : text.split(",", -1)) {
                double size = number("--shape", dimension);
                expect(size >= 1 && size == Math.rint(size), "--shape", text, "whole numbers of at least 1");
                shape.add((long) size);
            }
            parsed.put(name, shape);
        });
        return parsed;
    }

    private static double number(String option, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": " + text + " (expected: a number)", e);
        }
    }

    private static Duration time(String option, String text) {
        return text.matches("0m?s?") ? Duration.ZERO : DurationText.parse(option, text);
    }

    private static void expect(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(option + ": " + value + " (expected: " + expected + ")");
        }
    }
}
