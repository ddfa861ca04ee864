package dev.kilter.runtime.server;

import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.model.ResidentVariant;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole way of a request, from the port to engines of the test's. */
final class RealModels implements AutoCloseable {

    private final CollectorRegistry registry = new CollectorRegistry();
    private final HttpClient http = HttpClient.newHttpClient();
    private final HostedModels models;
    private final RuntimeServer server;

    /** One that serves the model {@code m}. */
    RealModels(LoadedModel engine) throws Exception {
        this(Map.of("m", engine));
    }

    /** By the names of their models. */
    RealModels(Map<String, LoadedModel> engines) throws Exception {
        RuntimeConfig.Variant variant = new RuntimeConfig.Variant("a", "fake:", Optional.empty(), "fp32");
        models = new HostedModels(
                new RuntimeConfig(
                        engines.keySet().stream()
                                .map(name -> new RuntimeConfig.Model(
                                        name,
                                        "tensor",
                                        List.of(variant),
                                        "a",
                                        8,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()))
                                .toList(),
                        new RuntimeConfig.Engine("CPU", 1, 1)),
                (model, _, _, _) -> new ResidentVariant("a", "sha256:none", 0, List.of(engines.get(model.name()))),
                GreedyBatchPolicy::new,
                registry);
        models.loadAll();
        server = RuntimeServer.start(
                models,
                registry,
                new ServerConfig(
                        0,
                        Optional.of("127.0.0.1"),
                        RunningEdge.LIMITS,
                        1,
                        RunningEdge.CONNECTIONS,
                        RunningEdge.PATIENCE,
                        true));
    }

    int port() {
        return server.port();
    }

    HttpResponse<byte[]> infer(String json) throws Exception {
        return infer("m", json);
    }

    HttpResponse<byte[]> infer(String model, String json) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri("/v2/models/" + model + "/infer"))
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    /** A counter of the model's only variant. */
    double count(String name) {
        Double value = registry.getSampleValue(name, new String[] {"model", "variant"}, new String[] {"m", "a"});
        return value == null ? 0 : value;
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    @Override
    public void close() {
        http.close();
        server.close();
        try {
            models.close(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
