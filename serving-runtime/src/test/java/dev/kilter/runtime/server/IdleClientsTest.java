package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.network.ConnectionLimits;
import dev.kilter.network.Http2Wire;
import dev.kilter.network.RawConnection;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that made a request and then fall silent. One that vanished without a word, its connection half open, looks
 * the same from here.
 */
@Timeout(120)
class IdleClientsTest {

    private static final Duration IDLE = Duration.ofSeconds(1);

    private final RunningEdge edge =
            new RunningEdge(EchoCalls.models(), ConnectionLimits.keptFor(IDLE), RunningEdge.PATIENCE);

    @AfterEach
    void stop() {
        assertThat(EchoCalls.served(edge)).isTrue();
        assertThat(edge.heldBytes()).isZero();
        edge.close();
    }

    @Test
    void anHttp1ConnectionIsClosedAfterItsLastRequest() throws IOException {
        try (RawConnection idle = new RawConnection(edge.port())) {
            idle.send(EchoCalls.post());
            assertThat(idle.readAll()).startsWith("HTTP/1.1 200 OK"); // its end came
        }
    }

    @Test
    void anHttp2ConnectionIsClosedAfterItsLastRequest() throws IOException {
        try (RawConnection idle = new RawConnection(edge.port())) {
            idle.send(Http2Wire.opening());
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put(":method", "GET");
            headers.put(":scheme", "http");
            headers.put(":path", "/v2/health/live");
            headers.put(":authority", "x");
            idle.send(Http2Wire.frame(
                    Http2Wire.HEADERS, Http2Wire.END_HEADERS | Http2Wire.END_STREAM, 1, Http2Wire.headers(headers)));
            assertThat(idle.readFrame(1)).isEqualTo(Http2Wire.HEADERS);
            assertThat(idle.readFrame(1)).isEqualTo(Http2Wire.DATA);
            idle.readAll(); // its end came
        }
    }

    @Test
    void theHeadersOfALaterRequestMustNotTrickleInEither() throws Exception {
        try (RawConnection slow = new RawConnection(edge.port())) {
            slow.send(EchoCalls.post());
            assertThat(slow.readLine()).isEqualTo("HTTP/1.1 200 OK");
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            boolean open = true;
            slow.send("POST " + EchoCalls.INFER + " HTTP/1.1\r\nHost: x\r\n");
            while (open && System.nanoTime() < patience) {
                try {
                    slow.send("X-A: b\r\n");
                    Thread.sleep(IDLE.toMillis() / 10);
                } catch (IOException e) {
                    open = false;
                }
            }
            assertThat(open).isFalse();
        }
    }

    @Test
    void aConnectionThatWaitsForItsAnswerIsNotIdle() throws Exception {
        CompletableFuture<InferenceOutcome> outcome = new CompletableFuture<>();
        CompletableFuture<Runnable> arrived = new CompletableFuture<>();
        edge.models().answer(call -> {
            arrived.complete(() -> outcome.complete(edge.models().echo(call)));
            return outcome;
        });
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> edge.post(EchoCalls.INFER, EchoCalls.GOOD));
        Runnable answering = arrived.get(20, TimeUnit.SECONDS);
        try (RawConnection idle = new RawConnection(edge.port())) { // its time ends after that of the other would
            idle.send("GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            idle.readAll();
        }
        answering.run();
        assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        edge.models().reset();
    }
}
