package dev.kilter.autoscaler.scrape;

import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.OperatingPointWriter;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.OperatingPointUpdate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pushes operating points to pods without waiting for them: a pod that was missed is told again at the next tick. */
public final class HttpOperatingPoints implements OperatingPointWriter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpOperatingPoints.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    @Override
    public void push(DeploymentKey deployment, LoadSnapshot.Pod pod, OperatingPointUpdate update) {
        URI uri = URI.create("http://" + pod.address() + "/kilter/v1/models/" + deployment.name() + "/operating-point");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(Json.write(update)))
                .build();
        client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((response, failure) -> {
            if (failure != null) {
                LOG.warn("{}: operating point not pushed to {}: {}", deployment, pod.name(), failure.toString());
            } else if (response.statusCode() != 200) {
                LOG.warn(
                        "{}: {} refused its operating point with {}: {}",
                        deployment,
                        pod.name(),
                        response.statusCode(),
                        response.body());
            } else {
                LOG.info("{}: {} now serves {}", deployment, pod.name(), response.body());
            }
        });
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
