package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.kilter.network.ConnectionLimits;
import dev.kilter.runtime.exchange.Limits;
import dev.kilter.runtime.serving.FakeModelServer;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The server on a free port of this machine, before fake models, and ways to talk to it. */
public final class RunningEdge implements AutoCloseable {

    /** Small enough that tests can go beyond them. */
    public static final Limits LIMITS = new Limits(1 << 20, 1 << 18, 4 << 20, 100_000, 4, 4, 16, 64);

    private final FakeModelServer models;
    private final CollectorRegistry metrics = new CollectorRegistry();
    private final RuntimeServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Patience for tests in which nobody is slow. */
    public static final ServerConfig.Patience PATIENCE =
            new ServerConfig.Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10));

    /** For tests in which nobody is idle: longer than a test waits for an end that should come for another reason. */
    static final ConnectionLimits CONNECTIONS = ConnectionLimits.keptFor(Duration.ofMinutes(10));

    public RunningEdge(FakeModelServer models) {
        this(models, PATIENCE);
    }

    public RunningEdge(FakeModelServer models, ServerConfig.Patience patience) {
        this(models, CONNECTIONS, patience);
    }

    public RunningEdge(FakeModelServer models, ConnectionLimits connections, ServerConfig.Patience patience) {
        this.models = models;
        server = RuntimeServer.start(
                models, metrics, new ServerConfig(0, Optional.of("127.0.0.1"), LIMITS, 2, connections, patience, true));
    }

    public FakeModelServer models() {
        return models;
    }

    public RuntimeServer server() {
        return server;
    }

    public CollectorRegistry metrics() {
        return metrics;
    }

    /** What the bodies of all requests hold, as the metrics tell it. */
    public double heldBytes() {
        return metrics.getSampleValue("kilter_runtime_body_bytes");
    }

    /** Waits until the server holds that many bytes of bodies. */
    void awaitTaken(double bytes) throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        double held = heldBytes();
        while (held < bytes && System.nanoTime() < patience) {
            Thread.sleep(1);
            held = heldBytes();
        }
        assertThat(held).isGreaterThanOrEqualTo(bytes);
    }

    /** What the answers hold that clients have not taken, as the metrics tell it. */
    public double heldAnswerBytes() {
        return metrics.getSampleValue("kilter_runtime_answer_bytes");
    }

    /** Waits until it holds none of those, and so refuses nobody for them. */
    void awaitAnswersGone() throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (heldAnswerBytes() > 0 && System.nanoTime() < patience) {
            Thread.sleep(1);
        }
        assertThat(heldAnswerBytes()).isZero();
    }

    public int port() {
        return server.port();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** A gRPC client of this kind, without a deadline or bound of its own. */
    public <T> T grpc(Class<T> stub) {
        return GrpcClients.builder("gproto+http://127.0.0.1:" + port() + "/")
                .responseTimeout(Duration.ZERO)
                .maxResponseLength(0) // of a stream: all its answers
                .build(stub);
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    public HttpResponse<String> post(String path, String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(json));
        return send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        return send(request, BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> postBytes(String path, byte[] body, String... headers) {
        return send(
                HttpRequest.newBuilder(uri(path))
                        .POST(BodyPublishers.ofByteArray(body))
                        .headers(headers)
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }
}
