package dev.kilter.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.service.AutoscalerMetrics;
import dev.kilter.operator.OperatorMetrics;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the programs export is what {@code docs/metrics.md} lists: every name with its type, and no other. */
@Timeout(120)
class MetricsPagesTest {

    private static final LocalMachine MACHINE = new LocalMachine(2, 8L << 30, "a CPU");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(kilter_\\w+)` \\| (\\w+) \\|");

    /** Of each counter the client tells when it was made, too. */
    private static final Pattern EXPORTED = Pattern.compile("(?m)^# TYPE (kilter_\\w+)(?<!_created) (\\w+)$");

    private static final String DEPLOYMENT = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: InferenceDeployment
            metadata: {name: toy}
            spec:
              model: {variants: [{name: fp32, uri: 'emulated:?curve=1:10ms'}]}
              slo: {latency: {p99: 1s}}
              scaling: {minReplicas: 1, maxReplicas: 1}
            """;

    @TempDir
    Path home;

    @Test
    void areWhatIsDocumented() throws Exception {
        Map<String, String> documented = types(DOCUMENTED, Files.readString(Path.of("../docs/metrics.md")));
        Map<String, String> exported = new TreeMap<>();
        exported.putAll(types(EXPORTED, autoscaler()));
        exported.putAll(types(EXPORTED, text(new OperatorMetrics().registry())));
        exported.putAll(types(EXPORTED, gatewayAndPod()));
        assertThat(exported).isEqualTo(documented);
    }

    private static String autoscaler() throws IOException {
        CollectorRegistry registry = new CollectorRegistry();
        new AutoscalerMetrics(registry);
        return text(registry);
    }

    private String gatewayAndPod() throws Exception {
        LocalDeployment local = LocalDeployment.of(DeploymentFile.parse(DEPLOYMENT, "toy.yaml"), MACHINE, "toy.yaml");
        try (LocalRun run = LocalRun.start(
                        local,
                        MACHINE,
                        new LocalRun.Options(0, home, Duration.ofSeconds(2)),
                        new RuntimeCommand(),
                        new Notices(InstantSource.system(), notice -> {}));
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(run.awaitReady(Duration.ofSeconds(90))).isTrue();
            while (run.loads().pods().isEmpty()) { // the next look is due in a moment
                TimeUnit.MILLISECONDS.sleep(50);
            }
            LoadSnapshot.Pod pod = run.loads().pods().getFirst();
            return page(client, "127.0.0.1:" + run.port()) + page(client, pod.address());
        }
    }

    private static String page(HttpClient client, String address) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String text(CollectorRegistry registry) throws IOException {
        StringWriter writer = new StringWriter();
        TextFormat.write004(writer, registry.metricFamilySamples());
        return writer.toString();
    }

    private static Map<String, String> types(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2), (a, b) -> a, TreeMap::new));
    }
}
