package dev.kilter.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.autoscaler.Reading;
import dev.kilter.protocol.RuntimeLoad;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real serving process with two variants, the autoscaler and the gateway: more comes than the better one answers. */
@Timeout(240)
class LesserAnswersTest {

    private static final LocalMachine MACHINE = new LocalMachine(2, 8L << 30, "a CPU");

    private static final String TWO_VARIANTS = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: InferenceDeployment
            metadata: {name: toy}
            spec:
              model:
                variants:
                - {name: good, uri: 'emulated:?curve=1:100ms', quality: {metric: accuracy, value: 95%}}
                - {name: fast, uri: 'emulated:?curve=1:10ms', quality: {metric: accuracy, value: 90%}}
              slo: {latency: {p99: 1s}}
              quality: {target: 95%, floor: 90%, maxDegradedShare: 90%}
              batching: {maxBatchSize: 1}
              scaling: {minReplicas: 1, maxReplicas: 1}
            """;

    private static final String BODY =
            "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [1, 1], \"data\": [1]}]}";

    @TempDir
    Path home;

    @Test
    void whatTheBetterVariantWouldRefuseIsAnsweredByTheFasterOne() throws Exception {
        LocalDeployment local = LocalDeployment.of(DeploymentFile.parse(TWO_VARIANTS, "toy.yaml"), MACHINE, "toy.yaml");
        try (LocalRun run = LocalRun.start(
                        local,
                        MACHINE,
                        new LocalRun.Options(0, home, Duration.ofSeconds(2)),
                        new RuntimeCommand(),
                        new Notices(InstantSource.system(), notice -> {}));
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(run.awaitReady(Duration.ofSeconds(90))).isTrue();
            run.gatherEvidence();
            assertThat(run.plan().pools().getFirst().activeVariant()).isEqualTo("good");
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + run.port() + "/v2/models/toy/infer"))
                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                    .build();
            CountDownLatch byFast = new CountDownLatch(20);
            CountDownLatch byGood = new CountDownLatch(20);
            // 10/s is what the good one answers.
            try (ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor()) {
                load.scheduleAtFixedRate(
                        () -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                                .thenAccept(answer -> answered(answer, byFast, byGood)),
                        0,
                        40,
                        TimeUnit.MILLISECONDS);
                byFast.await();
                byGood.await();
                load.shutdownNow();
            }
            while (degraded(run) < 20) { // the report of a moment ago
                TimeUnit.MILLISECONDS.sleep(100);
            }
            HttpResponse<String> alone;
            do { // once what still waited is answered
                alone = client.send(request, HttpResponse.BodyHandlers.ofString());
            } while (!alone.body().contains("\"variant\":\"good\""));
        }
    }

    private static void answered(HttpResponse<String> answer, CountDownLatch byFast, CountDownLatch byGood) {
        if (answer.statusCode() == 200) {
            (answer.body().contains("\"variant\":\"fast\"") ? byFast : byGood).countDown();
        }
    }

    private static long degraded(LocalRun run) {
        return run.loads().pods().stream()
                .map(pod -> pod.reading())
                .mapToLong(reading -> reading instanceof Reading.Report<RuntimeLoad>(RuntimeLoad load)
                        ? load.models().getFirst().degraded()
                        : 0)
                .sum();
    }
}
