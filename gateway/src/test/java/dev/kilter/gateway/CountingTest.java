package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.eventually;
import static dev.kilter.gateway.GatewayFixture.frame;
import static dev.kilter.gateway.GatewayFixture.model;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.gateway.FakePod.ClosedPort;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import dev.kilter.gateway.local.InMemoryRoutes;
import dev.kilter.gateway.routing.EndpointSource;
import dev.kilter.gateway.routing.PoolEndpoints;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RouteTable;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class CountingTest {

    @Test
    void everyOutcomeIsCountedOnceAndOnlyInferenceIsOfferedLoad() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture();
                FakePod pod = new FakePod("pod")) {
            fixture.routes.publish(new RouteTable(List.of(model("m", 20_000, "p"))));
            fixture.ready("p", pod);
            fixture.infer("m").join();
            fixture.grpc(INFER, frame("m")).join();
            fixture.get("/v2/models/m", "any").join();
            pod.answering(r -> HttpResponse.of(429));
            fixture.infer("m").join();
            pod.answering(r -> FakePod.grpc(HttpData.ofUtf8("x"), 8)); // HTTP 200, refused all the same
            fixture.grpc(INFER, frame("m")).join();
            pod.answering(r -> FakePod.grpc(HttpData.ofUtf8("x"), 3));
            fixture.grpc(INFER, frame("m")).join();
            pod.answering(r -> HttpResponse.of(500));
            fixture.infer("m").join();
            assertThat(fixture.post("/v2/models/m/infer", "x".repeat(2 << 20))
                            .join()
                            .status()
                            .code())
                    .isEqualTo(413);
            fixture.infer("nobody").join();

            eventually(() -> fixture.load("m").answered()
                            + fixture.load("m").refused()
                            + fixture.load("m").failed()
                            + fixture.load("m").invalid()
                    == fixture.load("m").offered());
            GatewayLoad.Model load = fixture.load("m");
            assertThat(load.offered()).isEqualTo(6);
            assertThat(load.answered()).isEqualTo(2);
            assertThat(load.refused()).isEqualTo(2);
            assertThat(load.failed()).isEqualTo(1);
            assertThat(load.invalid()).isEqualTo(1);
            assertThat(load.withinSlo()).isEqualTo(2);
            assertThat(load.latency().getLast()).isEqualTo(new GatewayLoad.Bucket(0, 2));
            assertThat(load.latency()).anyMatch(b -> b.upToMillis() == 20_000 && b.count() == 2);
            assertThat(load.pools()).singleElement().satisfies(p -> {
                assertThat(p.readyPods()).isEqualTo(1);
                assertThat(p.outstanding()).isZero();
            });
            GatewayLoad scraped =
                    Json.read(fixture.get(GatewayLoad.PATH, "any").join().contentUtf8(), GatewayLoad.class);
            assertThat(scraped.models()).isEqualTo(fixture.gateway.load().models());
            assertThat(fixture.get("/metrics", "any").join().contentUtf8())
                    .contains("kilter_gateway_requests_total{model=\"m\",outcome=\"answered\",} 2.0")
                    .contains("kilter_gateway_latency_seconds_bucket{model=\"m\",le=\"20.0\",} 2.0")
                    .contains("kilter_gateway_unrouted_total 1.0");
        }
    }

    @Test
    void whatBecameOfARequestIsCountedAtItsPool() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture();
                FakePod pod = new FakePod("pod")) {
            fixture.routes.publish(new RouteTable(List.of(model("m", 20_000, "p"))));
            fixture.ready("p", pod);
            fixture.infer("m").join();
            pod.answering(r -> HttpResponse.of(429));
            fixture.infer("m").join();
            pod.answering(r -> HttpResponse.of(500));
            fixture.infer("m").join();
            pod.answering(r -> HttpResponse.of(400)); // The client's fault is no pool's.
            fixture.infer("m").join();
            assertThat(outcomes(fixture, "p")).isEqualTo(new GatewayLoad.Outcomes(1, 1, 1));

            fixture.routes.publish(new RouteTable(List.of(model("m", 0.000_001, "p"))));
            pod.answering(r -> HttpResponse.of(200));
            fixture.infer("m").join();
            assertThat(outcomes(fixture, "p")).as("late").isEqualTo(new GatewayLoad.Outcomes(1, 2, 1));
            assertThat(fixture.get("/metrics", "any").join().contentUtf8())
                    .contains("kilter_gateway_pool_requests_total{model=\"m\",pool=\"p\",outcome=\"missed\",} 2.0");
        }
    }

    /** The client is answered all the same, and the pool does not get away with it. */
    @Test
    void aRequestThatHadToGoOnToAnotherPoolCountsAtBoth() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture();
                FakePod good = new FakePod("good");
                ClosedPort bad = ClosedPort.take()) {
            fixture.routes.publish(new RouteTable(List.of(new RouteTable.Model(
                    "m",
                    20_000,
                    List.of(
                            new RouteTable.Revision("old", 1, List.of(new RouteTable.Pool("good", 1))),
                            new RouteTable.Revision("new", 1_000_000, List.of(new RouteTable.Pool("bad", 1))))))));
            fixture.ready("good", good);
            fixture.endpoints.setReady("bad", List.of(bad.address()));
            assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("good");
            assertThat(outcomes(fixture, "bad")).isEqualTo(new GatewayLoad.Outcomes(0, 0, 1));
            assertThat(outcomes(fixture, "good")).isEqualTo(new GatewayLoad.Outcomes(1, 0, 0));
        }
    }

    private static GatewayLoad.Outcomes outcomes(GatewayFixture fixture, String pool) {
        return fixture.load("m").pools().stream()
                .filter(each -> each.name().equals(pool))
                .flatMap(each -> each.outcomes().stream())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anOversizeGrpcMessageIsResourceExhausted() {
        try (GatewayFixture fixture = new GatewayFixture().routing("m")) {
            assertThat(code(fixture.grpc(INFER, new byte[2 << 20]).join())).isEqualTo(8);
        }
    }

    @Test
    void withoutAPodARequestWaitsAndGoesWhenOneComes() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture(GatewayFixture.config(Duration.ofSeconds(8), 1)).routing("m");
                FakePod pod = new FakePod("late")) {
            var waiting = fixture.infer("m");
            eventually(() -> fixture.load("m").offered() == 1);
            var refused = fixture.infer("m").join(); // Only one may wait.
            assertThat(refused.status().code()).isEqualTo(503);
            assertThat(refused.headers().get("retry-after")).isEqualTo("1");
            fixture.ready("m", pod);
            assertThat(waiting.join().contentUtf8()).isEqualTo("late");
        }
    }

    @Test
    void withoutAPodForTooLongARequestIsRefused() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m")) {
            assertThat(fixture.infer("m").join().status().code()).isEqualTo(503);
            assertThat(code(fixture.grpc(INFER, frame("m")).join())).isEqualTo(14);
            eventually(() -> fixture.load("m").refused() == 2);
        }
    }

    @Test
    void theClientsDeadlineEndsTheRequestHereAndAtThePod() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("slow")) {
            fixture.ready("m", pod);
            fixture.infer("m").join(); // From now on a request arrives at once.
            pod.taking(Duration.ofSeconds(30));
            var rest = fixture.post("/v2/models/m/infer", "{}", "x-request-timeout-micros", "500000");
            var grpc = fixture.grpc(INFER, frame("m"), "grpc-timeout", "500m");
            assertThat(rest.join().status().code()).isEqualTo(504);
            assertThat(code(grpc.join())).isEqualTo(4);
            eventually(() -> pod.cancelled() == 2);
            eventually(() -> fixture.load("m").failed() == 2);
            eventually(() -> fixture.load("m").pools().getFirst().outstanding() == 0);
        }
    }

    @Test
    void aClientThatHangsUpCancelsItsRequestAtThePod() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("slow").taking(Duration.ofSeconds(30))) {
            fixture.ready("m", pod);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
                client.getOutputStream()
                        .write("POST /v2/models/m/infer HTTP/1.1\r\nHost: m\r\nContent-Length: 2\r\n\r\n{}"
                                .getBytes(StandardCharsets.US_ASCII));
                eventually(() -> pod.received() == 1);
            }
            eventually(() -> pod.cancelled() == 1);
            eventually(() -> fixture.load("m").invalid() + fixture.load("m").failed() == 1);
        }
    }

    @Test
    void aGatewayIsReadyOnceItKnowsRoutesAndEndpoints() {
        AtomicBoolean listed = new AtomicBoolean();
        InMemoryRoutes routes = new InMemoryRoutes();
        EndpointSource slow = new EndpointSource() {
            @Override
            public void start(BiConsumer<String, PoolEndpoints> listener) {}

            @Override
            public boolean known() {
                return listed.get();
            }

            @Override
            public void close() {}
        };
        try (Gateway gateway = Gateway.start(GatewayFixture.config(Duration.ZERO, 0), routes, slow)) {
            assertThat(gateway.ready()).isFalse();
            routes.publish(new RouteTable(List.of()));
            assertThat(gateway.ready()).isFalse();
            listed.set(true);
            assertThat(gateway.ready()).isTrue();
        }
    }

    @Test
    void aDrainingGatewayIsNotReadyButAnswers() {
        try (GatewayFixture fixture = new GatewayFixture();
                FakePod pod = new FakePod("pod")) {
            assertThat(fixture.get("/readyz", "any").join().status().code()).isEqualTo(503);
            fixture.routing("m").ready("m", pod);
            assertThat(fixture.get("/readyz", "any").join().status().code()).isEqualTo(200);
            fixture.gateway.drain();
            assertThat(fixture.get("/readyz", "any").join().status().code()).isEqualTo(503);
            assertThat(fixture.get("/v2/health/ready", "any").join().status().code())
                    .isEqualTo(503);
            assertThat(fixture.get("/healthz", "any").join().status().code()).isEqualTo(200);
            for (int i = 0; i < 5; i++) {
                assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("pod");
            }
        }
    }
}
