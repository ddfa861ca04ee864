package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.eventually;
import static dev.kilter.gateway.GatewayFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import dev.kilter.protocol.GatewayLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pods come, go and die while requests never pause. */
class UnderLoadTest {

    /** Callers that send the next request when the last is answered, REST and gRPC in turn. */
    private static final class Callers implements AutoCloseable {
        final AtomicInteger good = new AtomicInteger();
        final List<String> bad = java.util.Collections.synchronizedList(new ArrayList<>());
        private final List<CompletableFuture<Void>> ended = new ArrayList<>();
        private volatile boolean running = true;

        Callers(GatewayFixture fixture, int count) {
            for (int i = 0; i < count; i++) {
                CompletableFuture<Void> end = new CompletableFuture<>();
                ended.add(end);
                call(fixture, i % 2 == 0, end);
            }
        }

        private void call(GatewayFixture fixture, boolean rest, CompletableFuture<Void> end) {
            if (!running) {
                end.complete(null);
                return;
            }
            CompletableFuture<AggregatedHttpResponse> answer =
                    rest ? fixture.infer("m") : fixture.grpc(INFER, frame("m"));
            var _ = answer.handleAsync((response, cause) -> {
                boolean fine = cause == null && (rest ? response.status().code() == 200 : code(response) == 0);
                if (fine) {
                    good.incrementAndGet();
                } else {
                    bad.add(cause != null ? cause.toString() : response.headers() + " " + response.contentUtf8());
                }
                call(fixture, rest, end);
                return null;
            });
        }

        @Override
        public void close() {
            running = false;
            ended.forEach(CompletableFuture::join);
        }
    }

    @Test
    void nothingIsDroppedWhilePodsComeAndGo() throws InterruptedException {
        try (GatewayFixture fixture =
                new GatewayFixture(GatewayFixture.config(Duration.ofSeconds(5), 64)).routing("m")) {
            FakePod serving = new FakePod("0").taking(Duration.ofMillis(3));
            fixture.ready("m", serving);
            Callers callers = new Callers(fixture, 8);
            try (callers) {
                for (int i = 1; i <= 6; i++) {
                    FakePod next = new FakePod("" + i).taking(Duration.ofMillis(3));
                    fixture.ready("m", serving, next);
                    eventually(() -> next.received() > 20);
                    fixture.ready("m", next);
                    serving.close(); // As a pod whose gateways have let go: in flight requests finish.
                    serving = next;
                }
                fixture.ready("m"); // For a moment nobody is ready: requests wait.
                Thread.sleep(200);
                fixture.ready("m", serving);
                int before = callers.good.get();
                eventually(() -> callers.good.get() > before + 50);
            }
            assertThat(callers.bad).isEmpty();
            eventually(() -> fixture.load("m").answered() == callers.good.get());
            assertThat(fixture.load("m").failed() + fixture.load("m").refused()).isZero();
            serving.close();
        }
    }

    @Test
    void onlyWhatRunsInAKilledPodFailsAndIsCountedSo() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod dying = new FakePod("dying").taking(Duration.ofMillis(20));
                FakePod staying = new FakePod("staying").taking(Duration.ofMillis(20))) {
            fixture.ready("m", dying, staying);
            Callers callers = new Callers(fixture, 8);
            try (callers) {
                eventually(() -> dying.received() > 20 && staying.received() > 20);
                dying.kill(); // Still listed: only the next update will take it out.
                int before = callers.good.get();
                eventually(() -> callers.good.get() > before + 100);
            }
            assertThat(callers.bad).hasSizeLessThanOrEqualTo(8);
            eventually(() -> fixture.load("m").answered() == callers.good.get());
            GatewayLoad.Model load = fixture.load("m");
            assertThat(load.failed()).isEqualTo(callers.bad.size());
            assertThat(load.offered()).isEqualTo(load.answered() + load.failed());
        }
    }

    @Test
    void aPodThreeTimesAsFastGetsAboutThreeTimesTheRequests() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod slow = new FakePod("slow").taking(Duration.ofMillis(30)).oneAtATime();
                FakePod fast = new FakePod("fast").taking(Duration.ofMillis(10)).oneAtATime()) {
            fixture.ready("m", slow, fast);
            try (Callers callers = new Callers(fixture, 12)) {
                eventually(() -> callers.good.get() > 300);
            }
            assertThat((double) fast.received() / slow.received()).isBetween(1.8, 5.0);
        }
    }
}
