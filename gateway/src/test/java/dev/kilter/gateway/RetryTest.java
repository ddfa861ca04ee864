package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.eventually;
import static dev.kilter.gateway.GatewayFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.gateway.FakePod.ClosedPort;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.kilter.gateway.routing.PodAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent to a second pod, and what never is. */
class RetryTest {

    private final List<FakePod> pods = new ArrayList<>();
    private final GatewayFixture fixture = new GatewayFixture().routing("m");

    private FakePod pod(String name) {
        FakePod pod = new FakePod(name);
        pods.add(pod);
        return pod;
    }

    @AfterEach
    void stop() {
        fixture.close();
        pods.forEach(FakePod::close);
    }

    private static FakePod answeringRest(FakePod pod, int status, boolean notProcessed) {
        return pod.answering(request -> {
            var headers = ResponseHeaders.builder(status);
            if (notProcessed) {
                headers.add("kilter-not-processed", "true");
            }
            return HttpResponse.of(headers.build(), HttpData.ofUtf8("{\"error\":\"no\"}"));
        });
    }

    private static FakePod answeringGrpc(FakePod pod, int code, boolean notProcessed) {
        return pod.answering(request -> {
            var headers = ResponseHeaders.builder(200)
                    .set("content-type", "application/grpc")
                    .addInt("grpc-status", code);
            if (notProcessed) {
                headers.add("kilter-not-processed", "true");
            }
            return HttpResponse.of(headers.endOfStream(true).build());
        });
    }

    @ParameterizedTest(name = "REST {0}, not processed: {1} → sent again: {2}")
    @CsvSource(textBlock = """
        503, true,  true
        503, false, false
        429, true,  false
        500, true,  false
        504, false, false
        400, false, false
        """)
    void restAnswers(int status, boolean notProcessed, boolean sentAgain) {
        FakePod first = answeringRest(pod("first"), status, notProcessed);
        FakePod second = answeringRest(pod("second"), status, notProcessed);
        fixture.ready("m", first, second);
        assertThat(fixture.infer("m").join().status().code()).isEqualTo(status);
        assertThat(first.received() + second.received()).isEqualTo(sentAgain ? 2 : 1);
    }

    @ParameterizedTest(name = "gRPC {0}, not processed: {1} → sent again: {2}")
    @CsvSource(textBlock = """
        14, true,  true
        14, false, false
        8,  true,  false
        13, true,  false
        4,  false, false
        """)
    void grpcAnswers(int status, boolean notProcessed, boolean sentAgain) {
        FakePod first = answeringGrpc(pod("first"), status, notProcessed);
        FakePod second = answeringGrpc(pod("second"), status, notProcessed);
        fixture.ready("m", first, second);
        assertThat(code(fixture.grpc(INFER, frame("m")).join())).isEqualTo(status);
        assertThat(first.received() + second.received()).isEqualTo(sentAgain ? 2 : 1);
    }

    @Test
    void atMostThreePodsAreAskedAndNoneTwiceAndTheLastRefusalIsPassedOn() {
        FakePod[] five = IntStream.range(0, 5)
                .mapToObj(i -> answeringRest(pod("p" + i), 503, true))
                .toArray(FakePod[]::new);
        fixture.ready("m", five);
        AggregatedHttpResponse response = fixture.infer("m").join();
        assertThat(response.status().code()).isEqualTo(503);
        assertThat(response.contentUtf8()).isEqualTo("{\"error\":\"no\"}");
        assertThat(five).extracting(FakePod::received).allMatch(n -> n <= 1);
        assertThat(five).extracting(FakePod::received).filteredOn(n -> n == 1).hasSize(3);
    }

    @Test
    void aPodThatRefusesBecauseItDrainsIsPassedOverForAnother() {
        FakePod draining = answeringRest(pod("draining"), 503, true);
        FakePod fine = pod("fine");
        fixture.ready("m", draining, fine);
        for (int i = 0; i < 20; i++) {
            assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("fine");
        }
        assertThat(draining.received()).isPositive();
    }

    @Test
    void aPodThatCannotBeReachedIsPassedOverAndLeftAloneForLongerAndLonger() throws Exception {
        FakePod fine = pod("fine");
        try (ClosedPort nobody = ClosedPort.take()) {
            fixture.endpoints.setReady("m", List.of(nobody.address(), fine.address()));
            long until = System.nanoTime() + Duration.ofMillis(1500).toNanos();
            while (System.nanoTime() < until) {
                assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("fine");
                Thread.sleep(1);
            }
        }
        // Without a back-off half of all requests would have tried it first.
        eventually(() -> fixture.load("m").answered() == fine.received());
        long sent = fixture.load("m").pools().getFirst().offered();
        assertThat(sent - fine.received()).isBetween(1L, 6L);
    }

    @Test
    void whileARequestWaitsAPodThatCouldNotBeReachedIsTriedAgain() throws Exception {
        try (GatewayFixture patient =
                new GatewayFixture(GatewayFixture.config(Duration.ofSeconds(20), 1)).routing("m")) {
            ClosedPort closed = ClosedPort.take();
            PodAddress coming = closed.address();
            patient.endpoints.setReady("m", List.of(coming));
            CompletableFuture<AggregatedHttpResponse> answer = patient.infer("m");
            eventually(() -> patient.load("m").offered() == 1);
            assertThat(answer).isNotDone();
            closed.close();
            try (FakePod pod = new FakePod("late", coming.port())) {
                assertThat(answer.join().contentUtf8()).isEqualTo("late");
                assertThat(pod.received()).isEqualTo(1);
            }
        }
    }

    @Test
    void anAnswerThatIsLostIsNotAskedForAgain() throws InterruptedException {
        FakePod first = pod("first").taking(Duration.ofSeconds(5));
        FakePod second = pod("second").taking(Duration.ofSeconds(5));
        fixture.ready("m", first, second);
        var rest = fixture.infer("m");
        var grpc = fixture.grpc(INFER, frame("m"));
        eventually(() -> first.received() == 1 && second.received() == 1);
        first.kill();
        second.kill();
        assertThat(rest.join().status().code()).isEqualTo(502);
        assertThat(rest.join().contentUtf8()).contains("was lost").contains("may have been run");
        // UNKNOWN: clients repeat UNAVAILABLE by themselves, and this one may have been run.
        assertThat(code(grpc.join())).isEqualTo(2);
        assertThat(first.received() + second.received()).isEqualTo(2);
        eventually(() -> fixture.load("m").failed() == 2);
    }

    @Test
    void whatWasHeldIsSentOnceThoughThePodTakesLongerThanTheHold() throws InterruptedException {
        FakePod slow = pod("slow").taking(Duration.ofMillis(1500));
        FakePod idle = pod("idle").taking(Duration.ofMillis(1500));
        try (GatewayFixture patient =
                new GatewayFixture(GatewayFixture.config(Duration.ofSeconds(1), 1)).routing("m")) {
            var held = patient.infer("m");
            eventually(() -> patient.load("m").offered() == 1);
            patient.ready("m", slow, idle);
            assertThat(held.join().status().code()).isEqualTo(200);
            assertThat(slow.received() + idle.received()).isEqualTo(1);
        }
    }

    @Test
    void whatIsLeftOfTheDeadlineTravelsToTheSecondPod() {
        FakePod draining = answeringRest(pod("draining"), 503, true).taking(Duration.ofMillis(120));
        FakePod fine = pod("fine");
        fixture.ready("m", draining, fine);
        while (draining.received() == 0) {
            fine.requests().clear();
            fixture.post("/v2/models/m/infer", "{}", "x-request-timeout-micros", "5000000")
                    .join();
        }
        assertThat(fine.requests().remove().headers().getLong("x-request-timeout-micros", 0))
                .isBetween(1_000_000L, 4_880_000L);
    }
}
