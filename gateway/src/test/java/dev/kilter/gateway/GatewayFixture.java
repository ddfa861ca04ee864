package dev.kilter.gateway;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import dev.kilter.gateway.local.InMemoryEndpoints;
import dev.kilter.gateway.local.InMemoryRoutes;
import dev.kilter.network.ConnectionLimits;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.RouteTable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** A gateway over fake pods, and the two ways to call it. */
final class GatewayFixture implements AutoCloseable {

    static final String INFER = "/inference.GRPCInferenceService/ModelInfer";
    static final String PREDICT = "/kilter.v1.InferenceService/Predict";

    private static final Queue<CompletableFuture<Void>> ENDS = new ConcurrentLinkedQueue<>();

    final InMemoryRoutes routes = new InMemoryRoutes();
    final InMemoryEndpoints endpoints = new InMemoryEndpoints();
    final Gateway gateway;
    private final ClientFactory factory = ClientFactory.builder().workerGroup(2).build();
    private final WebClient client;

    GatewayFixture(GatewayConfig config) {
        gateway = Gateway.start(config, routes, endpoints);
        client = client(SessionProtocol.H2C);
    }

    GatewayFixture() {
        this(config(Duration.ofMillis(300), 64));
    }

    static GatewayConfig config(Duration maxHold, int maxHeld) {
        return config(1 << 20, 64 << 20, Duration.ofMinutes(1), maxHold, maxHeld);
    }

    /** Bodies of up to this many bytes, this many bytes of all together, this long for each transfer. */
    static GatewayConfig config(int maxRequestBytes, long maxHeldBytes, Duration maxTransfer) {
        return config(maxRequestBytes, maxHeldBytes, maxTransfer, Duration.ofMillis(300), 64);
    }

    static GatewayConfig config(ConnectionLimits connections) {
        return config(connections, 1 << 20, 64 << 20, Duration.ofMinutes(1), Duration.ofMillis(300), 64);
    }

    private static GatewayConfig config(
            int maxRequestBytes, long maxHeldBytes, Duration maxTransfer, Duration maxHold, int maxHeld) {
        return config(
                ConnectionLimits.keptFor(Duration.ofMinutes(1)),
                maxRequestBytes,
                maxHeldBytes,
                maxTransfer,
                maxHold,
                maxHeld);
    }

    private static GatewayConfig config(
            ConnectionLimits connections,
            int maxRequestBytes,
            long maxHeldBytes,
            Duration maxTransfer,
            Duration maxHold,
            int maxHeld) {
        return new GatewayConfig(
                Optional.of("127.0.0.1"),
                0,
                2,
                connections,
                maxRequestBytes,
                maxHeldBytes,
                maxTransfer,
                maxHold,
                maxHeld,
                Duration.ZERO,
                Duration.ofSeconds(5));
    }

    WebClient client(SessionProtocol protocol) {
        return WebClient.builder(protocol.uriText() + "://127.0.0.1:" + gateway.port())
                .factory(factory)
                .responseTimeout(Duration.ofSeconds(20))
                .build();
    }

    /** One model for each name, each with one pool of its own name and the objective of 100 ms. */
    GatewayFixture routing(String... models) {
        routes.publish(
                new RouteTable(Arrays.stream(models).map(m -> model(m, 100, m)).toList()));
        return this;
    }

    static RouteTable.Model model(String name, double sloMillis, String... pools) {
        return new RouteTable.Model(
                name,
                sloMillis,
                List.of(new RouteTable.Revision(
                        "1",
                        100,
                        Arrays.stream(pools)
                                .map(p -> new RouteTable.Pool(p, 100))
                                .toList())));
    }

    GatewayFixture ready(String pool, FakePod... pods) {
        endpoints.setReady(pool, Arrays.stream(pods).map(FakePod::address).toList());
        return this;
    }

    CompletableFuture<AggregatedHttpResponse> get(String path, String host) {
        return client.execute(RequestHeaders.builder(HttpMethod.GET, path)
                        .authority(host)
                        .build())
                .aggregate();
    }

    CompletableFuture<AggregatedHttpResponse> post(String path, String body, String... headers) {
        return client.execute(HttpRequest.of(withPairs(HttpMethod.POST, path, headers), HttpData.ofUtf8(body)))
                .aggregate();
    }

    /** Infers by REST. */
    CompletableFuture<AggregatedHttpResponse> infer(String model) {
        return post("/v2/models/" + model + "/infer", "{}");
    }

    CompletableFuture<AggregatedHttpResponse> grpc(String path, byte[] frame, String... headers) {
        return client.execute(HttpRequest.of(
                        withPairs(HttpMethod.POST, path, headers).toBuilder()
                                .set("content-type", "application/grpc")
                                .set("te", "trailers")
                                .build(),
                        HttpData.wrap(frame)))
                .aggregate();
    }

    private static RequestHeaders withPairs(HttpMethod method, String path, String... pairs) {
        var builder = RequestHeaders.builder(method, path).set("content-type", "application/json");
        for (int i = 0; i < pairs.length; i += 2) {
            builder.set(pairs[i], pairs[i + 1]);
        }
        return builder.build();
    }

    /** A message whose field 1 is this name. */
    static byte[] frame(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(0x0A);
        message.write(bytes.length);
        message.writeBytes(bytes);
        return framed(0, message.toByteArray());
    }

    static byte[] framed(int flag, byte[] message) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(flag);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(message.length >>> shift);
        }
        frame.writeBytes(message);
        return frame.toByteArray();
    }

    /** The gRPC code, wherever it stands. */
    static int code(AggregatedHttpResponse response) {
        return response.trailers().getInt("grpc-status", response.headers().getInt("grpc-status", -1));
    }

    GatewayLoad.Model load(String model) {
        return gateway.load().models().stream()
                .filter(m -> m.name().equals(model))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Waits up to 30 seconds, as long as a busy machine may take: what is counted, is counted just after the answer.
     */
    static void eventually(Supplier<Boolean> holds) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!holds.get()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("did not come to hold within 30 s");
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        // Not awaited: event loops take seconds to end.
        var _ = factory.closeAsync();
        ENDS.add(CompletableFuture.runAsync(
                gateway::close, end -> Thread.ofVirtual().start(end)));
    }

    /** Until then they may fill the log, when they ask after pods that are gone. */
    static void awaitThoseThatEnd() {
        ENDS.forEach(CompletableFuture::join);
    }
}
