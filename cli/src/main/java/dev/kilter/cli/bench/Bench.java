package dev.kilter.cli.bench;

import dev.kilter.cli.bench.BenchPlan.Target;
import dev.kilter.cli.bench.evidence.Objective;
import dev.kilter.cli.bench.evidence.RateSearch;
import dev.kilter.cli.bench.evidence.Verdict;
import dev.kilter.cli.load.LoadTarget;
import dev.kilter.cli.load.request.Dialect;
import dev.kilter.cli.load.request.Requests;
import dev.kilter.cli.load.wire.Endpoint;
import dev.kilter.cli.load.wire.Http1Target;
import dev.kilter.cli.load.wire.Http2Target;
import dev.kilter.cli.load.wire.NettyLoop;
import dev.kilter.cli.load.wire.NullServer;
import dev.kilter.cli.load.wire.WireRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The flow: make requests that fit, prove that the generator has room, measure target after target, round after round.
 */
public final class Bench {

    private static final Duration SELF_TEST = Duration.ofSeconds(2);
    private static final Duration SELF_TEST_WARM_UP = Duration.ofSeconds(2);
    private static final int PROBE_CLIENTS = 16;
    private static final Duration PROBE = Duration.ofSeconds(2);

    private static final double LEAST_REACHED = 0.98;

    private final BenchPlan plan;
    private final Progress progress;

    public Bench(BenchPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @throws GeneratorBottleneck if the generator had no room
     * @throws IllegalArgumentException if a server cannot be measured, with the reason
     */
    public BenchResult run(String machine) throws InterruptedException {
        Map<Target, List<WireRequest>> requests = new LinkedHashMap<>();
        for (Target target : plan.targets()) {
            requests.put(target, requests(target).make());
        }
        try (NettyLoop loop = new NettyLoop("load")) {
            Measurement measurement = new Measurement(loop, plan, progress);
            BenchResult.SelfTest selfTest =
                    selfTest(loop, measurement, requests.get(plan.targets().getFirst()));
            Map<Target, List<RunResult>> runs = new LinkedHashMap<>();
            Map<Target, List<BenchResult.Search>> searches = new LinkedHashMap<>();
            for (int round = 0; round < plan.rounds(); round++) {
                for (Target target : plan.targets()) {
                    List<RunResult> ran = runs.computeIfAbsent(target, _ -> new ArrayList<>());
                    List<BenchResult.Search> searched = searches.computeIfAbsent(target, _ -> new ArrayList<>());
                    try (Wire wire = wire(loop, Endpoint.of(target.url()), requests.get(target))) {
                        if (plan.findMax().isPresent()) {
                            searched.add(search(measurement, target, wire.target(), round, ran));
                        } else {
                            RunResult result = measurement.run(
                                    target.name(),
                                    wire.target(),
                                    plan.load(),
                                    plan.warmUp(),
                                    plan.duration(),
                                    plan.early(),
                                    plan.seed() + round);
                            check("against " + target.name(), result, selfTest);
                            ran.add(result);
                            progress.ran(round, result);
                        }
                    }
                }
            }
            List<BenchResult.Outcome> outcomes = plan.targets().stream()
                    .map(target -> new BenchResult.Outcome(target, runs.get(target), searches.get(target)))
                    .toList();
            return new BenchResult(plan, machine, selfTest, outcomes);
        }
    }

    private Requests requests(Target target) {
        BenchPlan.Inputs inputs = plan.inputs();
        return new Requests(
                target.url(),
                plan.dialect(),
                plan.model(),
                inputs.filling(),
                inputs.batch(),
                inputs.shapes(),
                inputs.file());
    }

    /** The generator against a server that answers at once: at the rate asked for, or as fast as it goes. */
    private BenchResult.SelfTest selfTest(NettyLoop loop, Measurement measurement, List<WireRequest> requests)
            throws InterruptedException {
        boolean closed = plan.load() instanceof Load.Closed || plan.findMax().isPresent();
        Load load = plan.load() instanceof Load.Closed(int clients)
                ? new Load.Closed(clients)
                : closed
                        ? new Load.Closed(PROBE_CLIENTS)
                        : Load.Curve.constant(plan.load().peak(), true);
        RunResult alone;
        try (NullServer server = new NullServer();
                Wire wire = wire(loop, server.endpoint(), requests)) {
            if (!closed) { // a slow stream of requests would be sent by code that is still being compiled
                measurement.run(
                        "generator warm-up",
                        wire.target(),
                        new Load.Closed(PROBE_CLIENTS),
                        Duration.ZERO,
                        SELF_TEST,
                        false,
                        plan.seed());
            }
            alone = measurement.run("self-test", wire.target(), load, SELF_TEST_WARM_UP, SELF_TEST, false, plan.seed());
        }
        double p99 = alone.millisAt(99);
        BenchResult.SelfTest result =
                new BenchResult.SelfTest(closed ? 0 : load.peak(), alone.throughput(), p99, alone.headroom());
        progress.note("self-test: " + Numbers.brief(alone.throughput()) + "/s against a server that does nothing, p99 "
                + Numbers.brief(p99) + " ms, " + Math.round(alone.headroom().cpuShare() * 100) + "% of a core");
        if (!closed) {
            List<String> lacking = alone.headroom().shortcomings(sloMillis());
            if (lacking.isEmpty() && alone.throughput() < LEAST_REACHED * alone.offered()) {
                lacking = List.of("of " + Numbers.brief(alone.offered()) + "/s it got only "
                        + Numbers.brief(alone.throughput()) + "/s answered: offer less");
            }
            if (!lacking.isEmpty()) {
                throw new GeneratorBottleneck("in its self-test, against a server that does nothing", lacking);
            }
        }
        return result;
    }

    private void check(String when, RunResult result, BenchResult.SelfTest selfTest) {
        List<String> lacking = new ArrayList<>();
        if (result.load() instanceof Load.Closed) {
            // A closed loop that keeps its thread busy is no fault as long as the server is what limits it.
            if (result.throughput() > plan.ceiling() * selfTest.reachedPerSecond()) {
                lacking.add("it reached " + Numbers.brief(result.throughput()) + "/s, and no more than "
                        + Numbers.brief(selfTest.reachedPerSecond())
                        + "/s against a server that does nothing (allowed: " + Math.round(plan.ceiling() * 100)
                        + "% of it): use fewer clients, or an open"
                        + " loop at a rate");
            }
        } else {
            lacking.addAll(result.headroom().shortcomings(sloMillis()));
        }
        if (!lacking.isEmpty()) {
            throw new GeneratorBottleneck(when, lacking);
        }
    }

    private double sloMillis() {
        return plan.objective().map(Objective::latency).map(Duration::toNanos).orElse(0L) / 1e6;
    }

    private BenchResult.Search search(
            Measurement measurement, Target target, LoadTarget wire, int round, List<RunResult> ran)
            throws InterruptedException {
        BenchPlan.FindMax findMax = plan.findMax().orElseThrow();
        RateSearch search = new RateSearch(
                plan.objective().orElseThrow(),
                firstRate(measurement, target, wire),
                findMax.resolution(),
                findMax.mostSteps());
        Map<Double, RunResult> latest = new LinkedHashMap<>();
        for (OptionalDouble rate = search.next(); rate.isPresent(); rate = search.next()) {
            RunResult run = measurement.run(
                    target.name(),
                    wire,
                    Load.Curve.constant(rate.getAsDouble(), true),
                    plan.warmUp(),
                    plan.duration(),
                    plan.early(),
                    plan.seed() + round * 1000L + search.steps().size());
            latest.put(rate.getAsDouble(), run);
            RateSearch.Step step = new RateSearch.Step(
                    rate.getAsDouble(),
                    run.settled().requests(),
                    run.settled().violations(),
                    run.verdict().orElse(Verdict.UNDECIDED));
            search.add(step);
            progress.stepped(target.name(), step);
        }
        RateSearch.Bracket bracket = search.bracket();
        // A rate that holds holds, however late the generator was. One that failed may have failed because of it.
        bracket.fails().ifPresent(rate -> {
            List<String> lacking = latest.get(rate).headroom().shortcomings(sloMillis());
            if (!lacking.isEmpty()) {
                throw new GeneratorBottleneck("at " + Numbers.brief(rate) + "/s", lacking);
            }
        });
        bracket.holds().ifPresent(rate -> ran.add(latest.get(rate)));
        return new BenchResult.Search(search.steps(), bracket);
    }

    /** The rate asked for, or half of what some clients in a closed loop get. */
    private double firstRate(Measurement measurement, Target target, LoadTarget wire) throws InterruptedException {
        if (!(plan.load() instanceof Load.Closed)) {
            return plan.load().peak();
        }
        RunResult probe = measurement.run(
                target.name(), wire, new Load.Closed(PROBE_CLIENTS), plan.warmUp(), PROBE, false, plan.seed());
        progress.note(target.name() + ": " + PROBE_CLIENTS + " clients in a closed loop get "
                + Numbers.brief(probe.throughput()) + "/s; the search begins at half of it");
        return Math.max(1, probe.throughput() / 2);
    }

    /** A target with its connections. */
    private record Wire(LoadTarget target, Runnable closing) implements AutoCloseable {
        @Override
        public void close() {
            closing.run();
        }
    }

    private Wire wire(NettyLoop loop, Endpoint endpoint, List<WireRequest> requests) {
        long timeout = plan.connections().timeout().toNanos();
        int most = plan.connections().most();
        if (plan.dialect() == Dialect.GRPC || plan.http2()) {
            Http2Target target =
                    new Http2Target(loop, endpoint, requests, most, timeout, plan.dialect() == Dialect.GRPC);
            return new Wire(target, target::close);
        }
        Http1Target target = new Http1Target(loop, endpoint, requests, most, timeout);
        return new Wire(target, target::close);
    }
}
