package dev.kilter.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import dev.kilter.cli.bench.evidence.Objective;
import dev.kilter.cli.bench.evidence.RateSearch;
import dev.kilter.cli.bench.evidence.Verdict;
import dev.kilter.cli.bench.report.HtmlReport;
import dev.kilter.cli.bench.report.JsonReport;
import dev.kilter.cli.bench.report.TextReport;
import dev.kilter.cli.load.request.Dialect;
import dev.kilter.cli.load.request.Filling;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BenchTest {

    private static final Progress SILENT = new Progress() {
        @Override
        public void note(String text) {}

        @Override
        public void running(String target, Load load, RunResult.Point point) {}

        @Override
        public void ran(int round, RunResult result) {}

        @Override
        public void stepped(String target, RateSearch.Step step) {}
    };

    private static final Duration SERVICE_TIME = Duration.ofMillis(2);

    private static Server server;

    @BeforeAll
    static void serve() {
        String metadata = "{\"name\":\"toy\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,4]}]}";
        server = Server.builder()
                .http(0)
                .service("/v2/models/toy", (ctx, request) -> HttpResponse.of(MediaType.JSON, metadata))
                .service(
                        "/v2/models/toy/infer",
                        // One that is as fast as the generator would rightly be refused.
                        (ctx, request) -> HttpResponse.delayed(HttpResponse.of(MediaType.JSON, "{}"), SERVICE_TIME))
                .build();
        server.start().join();
    }

    @AfterAll
    static void end() {
        server.stop().join();
    }

    @Test
    void comparesTwoTargetsInInterleavedRoundsAndReportsThemInEveryForm() throws Exception {
        BenchPlan plan = plan("toy", new Load.Closed(1), Optional.empty(), List.of("a<b", "other"), 2);
        BenchResult result = run(plan);

        assertThat(result.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.runs())
                        .hasSize(2)
                        .allSatisfy(run -> assertThat(run.counts().answered()).isPositive()));
        assertThat(result.ratio(BenchResult.Figure.P50, result.outcomes().getLast())
                        .low())
                .isPositive();

        JsonNode json = new ObjectMapper().readTree(JsonReport.of(result));
        assertThat(json.at("/targets/1/figures/answeredPerSecond/ratioToFirst/ratio")
                        .asDouble())
                .isPositive();
        assertThat(json.at("/targets/0/runs/0/latencyMillis/p99").asDouble()).isPositive();
        assertThat(String.join("\n", TextReport.of(result)))
                .contains("2 rounds, interleaved", "closed loop, 1 client", "against a<b");
        assertThat(HtmlReport.of(result))
                .contains("a&lt;b", "<svg", "Closed loop")
                .doesNotContain("a<b", "<script src", "<link", "url(");
    }

    @Test
    void anObjectiveThatNoServerCanKeepIsRefutedEarly() throws Exception {
        Objective impossible = new Objective(99, Duration.ofNanos(1000), 0.99);
        BenchPlan plan = plan("toy", new Load.Closed(2), Optional.of(impossible), List.of("server"), 1);
        BenchResult result = run(plan);

        assertThat(result.verdict()).contains(Verdict.REFUTED);
        assertThat(String.join("\n", TextReport.of(result))).contains("p99 <= 0.001 ms does not hold, refuted at 99");
    }

    @Test
    void aModelThatTheServerDoesNotKnowIsToldWithTheServersAnswer() {
        BenchPlan plan = plan("nobody", new Load.Closed(1), Optional.empty(), List.of("server"), 1);

        assertThatThrownBy(() -> new Bench(plan, SILENT).run("here"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/v2/models/nobody: status 404");
    }

    @Test
    void aServerThatIsNotThereIsToldByItsAddress() {
        BenchPlan there = plan("toy", new Load.Closed(1), Optional.empty(), List.of("server"), 1);
        BenchPlan plan = new BenchPlan(
                List.of(new BenchPlan.Target("server", URI.create("http://127.0.0.1:1"))),
                there.model(),
                there.dialect(),
                false,
                there.inputs(),
                there.load(),
                there.objective(),
                there.findMax(),
                false,
                1,
                there.warmUp(),
                there.duration(),
                there.connections(),
                1,
                there.ceiling());

        assertThatThrownBy(() -> new Bench(plan, SILENT).run("here")).hasMessageContaining("http://127.0.0.1:1/v2");
    }

    /** On a machine that builds at the same time the generator may rightly refuse; then there is nothing to look at. */
    private static BenchResult run(BenchPlan plan) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return new Bench(plan, SILENT).run("here");
            } catch (GeneratorBottleneck busy) {
                if (attempt == 5) {
                    throw busy;
                }
            }
        }
    }

    private static BenchPlan plan(
            String model, Load load, Optional<Objective> objective, List<String> names, int rounds) {
        URI url = URI.create("http://127.0.0.1:" + server.activeLocalPort());
        return new BenchPlan(
                names.stream().map(name -> new BenchPlan.Target(name, url)).toList(),
                model,
                Dialect.BINARY,
                false,
                new BenchPlan.Inputs(Filling.RANDOM, 1, Map.of(), Optional.empty()),
                load,
                objective,
                Optional.empty(),
                objective.isPresent(),
                rounds,
                Duration.ofMillis(300),
                Duration.ofMillis(objective.isPresent() ? 4000 : 600),
                new BenchPlan.Connections(8, 1000, Duration.ofSeconds(5)),
                1,
                0.8);
    }
}
