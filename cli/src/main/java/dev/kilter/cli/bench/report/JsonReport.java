package dev.kilter.cli.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kilter.cli.bench.BenchResult;
import dev.kilter.cli.bench.RunResult;
import dev.kilter.cli.bench.evidence.Headroom;
import dev.kilter.cli.bench.evidence.PairedRatio;
import dev.kilter.cli.bench.evidence.RateSearch;
import dev.kilter.cli.bench.evidence.Spread;
import java.util.Locale;

/** The result for programs; docs/bench.md describes the members. */
public final class JsonReport {

    private static final double[] PERCENTILES = {1, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100};

    private JsonReport() {}

    /** The whole document. */
    public static String of(BenchResult result) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("model", result.plan().model())
                .put("protocol", result.plan().dialect().name().toLowerCase(Locale.ROOT))
                .put("load", result.plan().describe())
                .put("machine", result.machine())
                .put("rounds", result.plan().rounds())
                .put("warmUpSeconds", result.plan().warmUp().toNanos() / 1e9);
        result.plan()
                .objective()
                .ifPresent(objective -> root.putObject("objective")
                        .put("percentile", objective.percent())
                        .put("latencyMillis", objective.latency().toNanos() / 1e6)
                        .put("confidence", objective.confidence()));
        result.verdict().ifPresent(verdict -> root.put("verdict", verdict.name().toLowerCase(Locale.ROOT)));
        ObjectNode selfTest = root.putObject("selfTest")
                .put("askedPerSecond", result.selfTest().askedPerSecond())
                .put("reachedPerSecond", result.selfTest().reachedPerSecond())
                .put("p99Millis", result.selfTest().p99Millis());
        selfTest.set("generator", headroom(result.selfTest().headroom()));
        ArrayNode targets = root.putArray("targets");
        for (BenchResult.Outcome outcome : result.outcomes()) {
            targets.add(target(result, outcome));
        }
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }

    private static ObjectNode target(BenchResult result, BenchResult.Outcome outcome) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", outcome.target().name())
                .put("url", outcome.target().url().toString());
        if (!outcome.runs().isEmpty()) {
            ObjectNode figures = node.putObject("figures");
            for (BenchResult.Figure figure : result.figures()) {
                Spread spread = outcome.spread(figure);
                ObjectNode one = figures.putObject(name(figure))
                        .put("median", spread.median())
                        .put("least", spread.least())
                        .put("most", spread.most());
                if (!result.isFirst(outcome)
                        && !result.outcomes().getFirst().runs().isEmpty()) {
                    PairedRatio ratio = result.ratio(figure, outcome);
                    one.putObject("ratioToFirst")
                            .put("ratio", ratio.ratio())
                            .put("low95", ratio.low())
                            .put("high95", ratio.high());
                }
            }
        }
        ArrayNode searches = node.putArray("searches");
        outcome.searches().forEach(search -> searches.add(search(search)));
        ArrayNode runs = node.putArray("runs");
        outcome.runs().forEach(run -> runs.add(run(run)));
        return node;
    }

    private static String name(BenchResult.Figure figure) {
        return switch (figure) {
            case MAX_RATE -> "maxPerSecond";
            case THROUGHPUT -> "answeredPerSecond";
            case P50 -> "p50Millis";
            case P90 -> "p90Millis";
            case P99 -> "p99Millis";
        };
    }

    private static ObjectNode search(BenchResult.Search search) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        search.bracket().holds().ifPresent(rate -> node.put("holdsPerSecond", rate));
        search.bracket().fails().ifPresent(rate -> node.put("failsPerSecond", rate));
        ArrayNode steps = node.putArray("steps");
        for (RateSearch.Step step : search.steps()) {
            steps.addObject()
                    .put("perSecond", step.perSecond())
                    .put("requests", step.requests())
                    .put("breaches", step.breaches())
                    .put("verdict", step.verdict().name().toLowerCase(Locale.ROOT));
        }
        return node;
    }

    private static ObjectNode run(RunResult run) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("load", run.load().describe())
                .put("seconds", run.seconds())
                .put("offeredPerSecond", run.offered())
                .put("answeredPerSecond", run.throughput())
                .put("requests", run.counts().scheduled())
                .put("answered", run.counts().answered())
                .put("refused", run.counts().refused())
                .put("failed", run.counts().failed())
                .put("timedOut", run.counts().timedOut())
                .put("notSent", run.counts().notSent());
        run.verdict()
                .ifPresent(verdict -> node.put("verdict", verdict.name().toLowerCase(Locale.ROOT))
                        .put("judged", run.settled().requests())
                        .put("breaches", run.settled().violations()));
        ObjectNode latency = node.putObject("latencyMillis");
        for (double percentile : PERCENTILES) {
            String key = percentile == Math.rint(percentile) ? "p" + (int) percentile : "p" + percentile;
            latency.put(key, run.millisAt(percentile));
        }
        latency.put(
                "mean",
                run.latencies().getTotalCount() == 0 ? 0 : run.latencies().getMean() / 1e3);
        node.set("generator", headroom(run.headroom()));
        ArrayNode series = node.putArray("series");
        for (RunResult.Point point : run.series()) {
            series.addObject()
                    .put("seconds", point.seconds())
                    .put("offeredPerSecond", point.offeredPerSecond())
                    .put("answeredPerSecond", point.answeredPerSecond())
                    .put("badPerSecond", point.badPerSecond())
                    .put("p50Millis", point.p50Millis())
                    .put("p99Millis", point.p99Millis());
        }
        return node;
    }

    private static ObjectNode headroom(Headroom headroom) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("lateP50Millis", headroom.lateP50Millis())
                .put("lateP99Millis", headroom.lateP99Millis())
                .put("lateMaxMillis", headroom.lateMaxMillis())
                .put("cpuShare", headroom.cpuShare())
                .put("gcMillis", headroom.gcMillis());
    }
}
