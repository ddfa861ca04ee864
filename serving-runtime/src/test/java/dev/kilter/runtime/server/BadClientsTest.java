package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.network.ConnectionLimits;
import dev.kilter.network.EdgeLog;
import dev.kilter.network.Flood;
import dev.kilter.network.Http2Wire;
import dev.kilter.network.RawConnection;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, rude or hostile: each gets its due, and the next one is served. */
class BadClientsTest {

    private RunningEdge edge;

    @BeforeEach
    void start() {
        edge = new RunningEdge(EchoCalls.models());
    }

    /** Whatever a client did: others are served, and nothing of what it sent is held. */
    @AfterEach
    void stop() throws InterruptedException {
        edge.models().reset();
        assertThat(edge.post(EchoCalls.INFER, EchoCalls.GOOD).statusCode()).isEqualTo(200);
        awaitHeld(0);
        edge.close();
    }

    private void awaitHeld(double bytes) throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (edge.heldBytes() != bytes && System.nanoTime() < patience) {
            Thread.sleep(5);
        }
        assertThat(edge.heldBytes()).isEqualTo(bytes);
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws IOException {
        String opening = "POST " + EchoCalls.INFER + " HTTP/1.1\r\nHost: x\r\n";
        // Little enough to be read at once: what is not read when the server closes may cost the client its answer.
        for (String headers : new String[] {"X-Long: " + "y".repeat(10_000), "X-Many: y\r\n".repeat(1_200)}) {
            try (RawConnection one = new RawConnection(edge.port())) {
                one.send(opening + headers + "\r\n\r\n");
                assertThat(one.readLine()).startsWith("HTTP/1.1 431");
            }
        }
        try (RawConnection two = new RawConnection(edge.port())) {
            two.send(Http2Wire.opening());
            Map<String, String> headers = EchoCalls.grpc();
            headers.put("x-long", "y".repeat(12_000));
            two.send(Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.headers(headers)));
            assertThat(two.readFrame(1)).isIn(Http2Wire.HEADERS, Http2Wire.RST_STREAM, -1);
        }
    }

    @Test
    void aFloodOfHeadersEndsTheConnection() throws IOException {
        try (RawConnection flood = new RawConnection(edge.port())) {
            String more = "X-Many: y\r\n".repeat(10_000);
            assertEnds(flood, "POST " + EchoCalls.INFER + " HTTP/1.1\r\nHost: x\r\n", 10, () -> flood.send(more));
        }
        try (RawConnection flood = new RawConnection(edge.port())) {
            flood.send(Http2Wire.opening());
            flood.send(Http2Wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.headers(EchoCalls.grpc())));
            byte[] more = Http2Wire.headers(Map.of("x-more", "y".repeat(1000)));
            assertEnds(flood, "", 10_000, () -> flood.send(Http2Wire.frame(Http2Wire.CONTINUATION, 0, 1, more)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "TE"})
    void aListInAHeaderThatIsNoneIsTheCallersFault(String header) throws IOException {
        try (RawConnection broken = new RawConnection(edge.port())) {
            broken.send("GET / HTTP/1.1\r\nHost: x\r\n" + header + ": a\"b\r\n\r\n");
            assertThat(broken.readAll())
                    .startsWith("HTTP/1.1 400 Bad Request")
                    .contains("{\"error\":\"request: headers: ", "a\\\"b");
        }
    }

    /** Something to send. */
    private interface Sending {
        void run() throws IOException;
    }

    private static void assertEnds(RawConnection connection, String first, int times, Sending more) throws IOException {
        try {
            connection.send(first);
            for (int i = 0; i < times; i++) {
                more.run();
            }
        } catch (IOException e) {
            // closed by the server
        }
        assertThat(connection.readAll()).doesNotContain("HTTP/1.1 200"); // and its end came
    }

    @Test
    void aClientThatLeavesAmidItsBodyLeavesNothingBehind() throws Exception {
        try (RawConnection rude = new RawConnection(edge.port())) {
            rude.send(EchoCalls.head(1 << 19) + "x".repeat(100_000));
            edge.awaitTaken(100_000);
        }
        awaitHeld(0);
        assertThat(edge.models().calls()).isEmpty();
    }

    @Test
    void aClientThatLeavesBeforeItsAnswerLeavesNothingBehind() throws Exception {
        HeldCalls calls = HeldCalls.of(edge.models());
        HeldCalls.Held call;
        try (RawConnection rude = new RawConnection(edge.port())) {
            rude.send(EchoCalls.post());
            call = calls.next();
            assertThat(edge.heldBytes()).isPositive();
        }
        call.outcome().complete(edge.models().echo(call.call()));
        awaitHeld(0);
    }

    @Test
    void bodiesTogetherHoldNoMoreThanTheyMayAndTheNextIsRefused() throws Exception {
        HeldCalls calls = HeldCalls.of(edge.models());
        String large = "{\"other\":\"" + "x".repeat(900_000) + "\"," + EchoCalls.GOOD.substring(1);
        CompletableFuture<?>[] four = new CompletableFuture<?>[4];
        for (int i = 0; i < four.length; i++) {
            four[i] = CompletableFuture.supplyAsync(() -> edge.post(EchoCalls.INFER, large))
                    .thenAccept(response -> assertThat(response.statusCode()).isEqualTo(200));
        }
        List<HeldCalls.Held> waiting = new ArrayList<>();
        while (waiting.size() < four.length) {
            waiting.add(calls.next());
        }
        assertThat(edge.heldBytes()).isBetween(3_600_000.0, (double) RunningEdge.LIMITS.heldBytes());

        var refused = edge.post(EchoCalls.INFER, large);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.headers().firstValue("kilter-not-processed")).contains("true");
        assertThat(refused.body()).contains("expected: at most 4194304 together");
        var predict = edge.post("/v1/predict", "{\"model\":\"" + "x".repeat(200_000) + "\"}");
        assertThat(predict.statusCode()).isIn(404, 429);
        assertThatThrownBy(() -> grpcClient()
                        .modelInfer(EchoCalls.request("1").toBuilder()
                                .setId("x".repeat(900_000))
                                .build()))
                .hasMessageStartingWith("RESOURCE_EXHAUSTED: body: ");

        waiting.forEach(call -> call.outcome().complete(edge.models().echo(call.call())));
        CompletableFuture.allOf(four).get(20, TimeUnit.SECONDS);
    }

    @Test
    void aBodyThatIsNotAsItsHeadersSayIsTheCallersFault() throws IOException {
        for (String encoding : new String[] {"gzip", "deflate"}) {
            var refused = edge.postBytes(
                    EchoCalls.INFER, new byte[] {31, -117, 8, 0, 7, 7, 7, 7}, "Content-Encoding", encoding);
            assertThat(refused.statusCode()).as(encoding).isEqualTo(400);
            assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("body: ");
        }
        try (RawConnection broken = new RawConnection(edge.port())) {
            broken.send("POST " + EchoCalls.INFER
                    + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n");
            assertThat(broken.readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        }
        assertThat(edge.models().calls()).isEmpty();
    }

    @Test
    void aGrpcBombIsNotInflatedBeyondTheLimit() throws IOException {
        byte[] message = EchoCalls.request("1").toBuilder()
                .setId("z".repeat(32 << 20))
                .build()
                .toByteArray();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(message);
        }
        try (RawConnection bomber = new RawConnection(edge.port())) {
            bomber.send(Http2Wire.opening());
            Map<String, String> headers = EchoCalls.grpc();
            headers.put("grpc-encoding", "gzip");
            bomber.send(Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.headers(headers)));
            byte[] frame = EchoCalls.framed(true, packed.toByteArray());
            for (int from = 0; from < frame.length; from += 16_000) {
                int to = Math.min(frame.length, from + 16_000);
                bomber.send(Http2Wire.frame(
                        Http2Wire.DATA,
                        to == frame.length ? Http2Wire.END_STREAM : 0,
                        1,
                        Arrays.copyOfRange(frame, from, to)));
            }
            assertThat(bomber.readFrame(1)).isEqualTo(Http2Wire.HEADERS);
        }
        assertThat(edge.models().calls()).isEmpty();
    }

    @Test
    void aCompressedGrpcRequestIsRead() {
        var response = grpcClient().withCompression("gzip").modelInfer(EchoCalls.request("1"));
        assertThat(response.getOutputs(0).getContents().getFp32ContentsList()).containsExactly(1f, 2f);
    }

    @Test
    void streamsThatAreResetFasterThanAnybodyGivesUpEndTheConnection() throws IOException {
        Duration much = Duration.ofSeconds(60);
        ConnectionLimits few = new ConnectionLimits(16, 16, 20, 20, much, much);
        try (RunningEdge strict = new RunningEdge(edge.models(), few, RunningEdge.PATIENCE);
                RawConnection calm = new RawConnection(strict.port());
                RawConnection rapid = new RawConnection(strict.port())) {
            calm.send(Http2Wire.concat(Http2Wire.opening(), resetStreams(few.resets())));
            calm.send(Http2Wire.frame(Http2Wire.PING, 0, 0, new byte[8]));
            assertThat(calm.awaitFrame(Http2Wire.PING, Http2Wire.GOAWAY)).isEqualTo(Http2Wire.PING);
            // In one piece: one by one a busy machine may send no faster than clients that give up.
            rapid.send(Http2Wire.concat(Http2Wire.opening(), resetStreams(few.resets() + 1)));
            assertThat(rapid.awaitFrame(Http2Wire.PING, Http2Wire.GOAWAY)).isEqualTo(Http2Wire.GOAWAY);
            rapid.readAll(); // its end came
        }
    }

    private static byte[] resetStreams(int times) {
        byte[] block = Http2Wire.headers(EchoCalls.grpc());
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int stream = 1; stream < 2 * times; stream += 2) {
            many.writeBytes(Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, block));
            many.writeBytes(Http2Wire.frame(Http2Wire.RST_STREAM, 0, stream, Http2Wire.ints(8)));
        }
        return many.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void aFloodOfFramesThatCarryNothingEndsTheConnection(Flood flood) throws IOException {
        try (EdgeLog log = new EdgeLog();
                RawConnection busy = new RawConnection(edge.port())) {
            busy.sendAsFarAsItGoes(flood.of(2 * RunningEdge.CONNECTIONS.idleFrames()));
            busy.readAll(); // its end came
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(": HTTP/2 connection ended, ENHANCE_YOUR_CALM: ");
        }
    }

    /** What Armeria would have to say of each is more than a screen. */
    @Test
    void requestsThatAreNoneFillNoLog() throws IOException {
        String broken = "a\"b"; // where a list belongs
        Map<String, String> headers = EchoCalls.grpc();
        headers.put("te", broken);
        try (EdgeLog log = new EdgeLog()) {
            for (int i = 0; i < 10; i++) {
                try (RawConnection one = new RawConnection(edge.port());
                        RawConnection two = new RawConnection(edge.port())) {
                    one.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: " + broken + "\r\n\r\n");
                    one.readAll();
                    two.send(Http2Wire.concat(
                            Http2Wire.opening(),
                            Http2Wire.frame(
                                    Http2Wire.HEADERS,
                                    Http2Wire.END_HEADERS | Http2Wire.END_STREAM,
                                    1,
                                    Http2Wire.headers(headers)),
                            Http2Wire.frame(99, 0, 0, new byte[1 << 15]))); // longer than frames may be
                    two.readAll();
                }
            }
            assertThat(log.lines()).hasSizeLessThanOrEqualTo(2); // should the machine stall for so long
        }
    }

    /** As servers do that stop what nobody waits for: one that has gone for good looks the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoEndsItsSideOfTheConnectionHasGone(boolean http2) throws Exception {
        HeldCalls calls = HeldCalls.of(edge.models());
        try (RawConnection half = new RawConnection(edge.port())) {
            half.send(
                    http2
                            ? Http2Wire.concat(Http2Wire.opening(), EchoCalls.post(1, EchoCalls.GOOD))
                            : EchoCalls.post().getBytes(StandardCharsets.US_ASCII));
            HeldCalls.Held held = calls.next();
            InferenceCall call = held.call();
            assertThat(call.cancelled().getAsBoolean()).isFalse();
            half.endSending();
            assertThat(half.readAll()).doesNotContain("HTTP/1.1 200"); // and its end came
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!call.cancelled().getAsBoolean() && System.nanoTime() < patience) {
                Thread.sleep(1);
            }
            assertThat(call.cancelled().getAsBoolean()).isTrue();
            held.outcome().complete(new InferenceOutcome.Cancelled());
        }
    }

    private GRPCInferenceServiceBlockingStub grpcClient() {
        return edge.grpc(GRPCInferenceServiceBlockingStub.class);
    }
}
