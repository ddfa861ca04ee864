package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that are slow, rude or hostile: each gets its due, and the next one is served. */
class BadClientsTest {

    private static final String INFER = "/v2/models/echo/infer";
    private static final String GOOD =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
    private static final ServerConfig.Patience LITTLE = new ServerConfig.Patience(
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2), // longer than a client on a busy machine takes from connection to request
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));

    /** A call that waits for its answer. */
    private record Held(InferenceCall call, CompletableFuture<InferenceOutcome> outcome) {}

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private RunningEdge edge;

    @BeforeEach
    void start() {
        edge = new RunningEdge(
                new FakeModelServer().with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))), LITTLE);
    }

    /** Whatever a client did: others are served, and nothing of what it sent is held. */
    @AfterEach
    void stop() throws InterruptedException {
        edge.models().reset();
        assertThat(edge.post(INFER, GOOD).statusCode()).isEqualTo(200);
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

    private void hold() {
        edge.models().answer(call -> {
            CompletableFuture<InferenceOutcome> outcome = new CompletableFuture<>();
            held.add(new Held(call, outcome));
            return outcome;
        });
    }

    @Test
    void aBodyThatDoesNotArriveIsGivenUp() throws IOException {
        try (RawConnection slow = new RawConnection(edge.port())) {
            slow.send(post(GOOD.length()) + GOOD.substring(0, 10));
            assertThat(slow.readLine()).isEqualTo("HTTP/1.1 504 Gateway Timeout");
        }
        assertThat(edge.models().calls()).isEmpty();
    }

    @Test
    void headersThatDoNotArriveCloseTheConnection() throws IOException {
        try (RawConnection slow = new RawConnection(edge.port());
                RawConnection silent = new RawConnection(edge.port())) {
            slow.send("POST " + INFER + " HTTP/1.1\r\nHost: x\r\nX-A");
            assertThat(slow.readAll()).isEmpty();
            assertThat(silent.readAll()).isEmpty();
        }
    }

    @Test
    void aConnectionThatMadeARequestOutlivesThePatienceForTheFirst() throws Exception {
        try (RawConnection calm = new RawConnection(edge.port())) {
            calm.send(post(GOOD.length()) + GOOD);
            assertThat(calm.readLine()).isEqualTo("HTTP/1.1 200 OK");
            try (RawConnection silent = new RawConnection(edge.port())) {
                assertThat(silent.readAll()).isEmpty(); // its patience began after that of the other
            }
            calm.send(post(GOOD.length()) + GOOD);
            String line = calm.readLine();
            while (!line.startsWith("HTTP/1.1") && !line.contains("HTTP/1.1")) {
                line = calm.readLine();
            }
            assertThat(line).endsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aFloodOfHeadersIsRefused() throws IOException {
        try (RawConnection one = new RawConnection(edge.port())) {
            one.send("POST " + INFER + " HTTP/1.1\r\nHost: x\r\nX-Long: " + "y".repeat(100_000));
            assertThat(one.readLine()).startsWith("HTTP/1.1 431");
        }
        try (RawConnection many = new RawConnection(edge.port())) {
            many.send("POST " + INFER + " HTTP/1.1\r\nHost: x\r\n" + "X-Many: y\r\n".repeat(10_000));
            assertThat(many.readLine()).startsWith("HTTP/1.1 431");
        }
        try (RawConnection two = new RawConnection(edge.port())) {
            two.send(Http2Wire.opening());
            Map<String, String> headers = grpc();
            headers.put("x-long", "y".repeat(12_000));
            two.send(Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.headers(headers)));
            assertThat(two.readFrame(1)).isIn(Http2Wire.HEADERS, Http2Wire.RST_STREAM, -1);
        }
        try (RawConnection endless = new RawConnection(edge.port())) {
            endless.send(Http2Wire.opening());
            endless.send(Http2Wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.headers(grpc())));
            byte[] more = Http2Wire.headers(Map.of("x-more", "y".repeat(1000)));
            try {
                for (int i = 0; i < 10_000; i++) {
                    endless.send(Http2Wire.frame(Http2Wire.CONTINUATION, 0, 1, more));
                }
            } catch (IOException e) {
                // closed by the server
            }
            assertThat(endless.readFrame(0)).isNotEqualTo(-1); // its settings, then
            assertThat(endless.readAll()).isNotNull(); // the end
        }
    }

    @Test
    void aClientThatLeavesAmidItsBodyLeavesNothingBehind() throws Exception {
        try (RawConnection rude = new RawConnection(edge.port())) {
            rude.send(post(1 << 19) + "x".repeat(100_000));
            rude.awaitTaken(edge, 100_000);
        }
        awaitHeld(0);
        assertThat(edge.models().calls()).isEmpty();
    }

    @Test
    void aClientThatLeavesBeforeItsAnswerLeavesNothingBehind() throws Exception {
        hold();
        Held call;
        try (RawConnection rude = new RawConnection(edge.port())) {
            rude.send(post(GOOD.length()) + GOOD);
            call = held.poll(20, TimeUnit.SECONDS);
            assertThat(call).isNotNull();
            assertThat(edge.heldBytes()).isPositive();
        }
        call.outcome().complete(edge.models().echo(call.call()));
        awaitHeld(0);
    }

    @Test
    void bodiesTogetherHoldNoMoreThanTheyMayAndTheNextIsRefused() throws Exception {
        hold();
        String large = "{\"other\":\"" + "x".repeat(900_000) + "\"," + GOOD.substring(1);
        CompletableFuture<?>[] four = new CompletableFuture<?>[4];
        for (int i = 0; i < four.length; i++) {
            four[i] = CompletableFuture.supplyAsync(() -> edge.post(INFER, large))
                    .thenAccept(response -> assertThat(response.statusCode()).isEqualTo(200));
        }
        List<Held> waiting = new ArrayList<>();
        while (waiting.size() < four.length) {
            Held call = held.poll(20, TimeUnit.SECONDS);
            assertThat(call).isNotNull();
            waiting.add(call);
        }
        assertThat(edge.heldBytes()).isBetween(3_600_000.0, (double) RunningEdge.LIMITS.heldBytes());

        var refused = edge.post(INFER, large);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.headers().firstValue("kilter-not-processed")).contains("true");
        assertThat(refused.body()).contains("expected: at most 4194304 together");
        var predict = edge.post("/v1/predict", "{\"model\":\"" + "x".repeat(200_000) + "\"}");
        assertThat(predict.statusCode()).isIn(404, 429);
        assertThatThrownBy(() -> grpcClient()
                        .modelInfer(
                                request().toBuilder().setId("x".repeat(900_000)).build()))
                .hasMessageStartingWith("RESOURCE_EXHAUSTED: body: ");

        waiting.forEach(call -> call.outcome().complete(edge.models().echo(call.call())));
        CompletableFuture.allOf(four).get(20, TimeUnit.SECONDS);
    }

    @Test
    void aGrpcBombIsNotInflatedBeyondTheLimit() throws IOException {
        byte[] message =
                request().toBuilder().setId("z".repeat(32 << 20)).build().toByteArray();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(message);
        }
        try (RawConnection bomber = new RawConnection(edge.port())) {
            bomber.send(Http2Wire.opening());
            Map<String, String> headers = grpc();
            headers.put("grpc-encoding", "gzip");
            bomber.send(Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.headers(headers)));
            byte[] frame = ByteBuffer.allocate(5 + packed.size())
                    .put((byte) 1)
                    .putInt(packed.size())
                    .put(packed.toByteArray())
                    .array();
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
        var response = grpcClient().withCompression("gzip").modelInfer(request());
        assertThat(response.getOutputs(0).getContents().getFp32ContentsList()).containsExactly(1f, 2f);
    }

    @Test
    void streamsThatAreResetFasterThanAnybodyGivesUpEndTheConnection() throws IOException {
        try (RawConnection rapid = new RawConnection(edge.port())) {
            rapid.send(Http2Wire.opening());
            byte[] block = Http2Wire.headers(grpc());
            try {
                for (int stream = 1; stream < 60_000; stream += 2) {
                    rapid.send(Http2Wire.concat(
                            Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, block),
                            Http2Wire.frame(Http2Wire.RST_STREAM, 0, stream, Http2Wire.ints(8))));
                }
            } catch (IOException e) {
                // closed by the server
            }
            rapid.readAll();
        }
    }

    private GRPCInferenceServiceBlockingStub grpcClient() {
        return edge.grpc(GRPCInferenceServiceBlockingStub.class);
    }

    private static ModelInferRequest request() {
        return ModelInferRequest.newBuilder()
                .setModelName("echo")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(2)
                        .setContents(InferTensorContents.newBuilder()
                                .addFp32Contents(1)
                                .addFp32Contents(2)))
                .build();
    }

    private static Map<String, String> grpc() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", "/inference.GRPCInferenceService/ModelInfer");
        headers.put(":authority", "x");
        headers.put("content-type", "application/grpc");
        headers.put("te", "trailers");
        return headers;
    }

    private static String post(int length) {
        return "POST " + INFER + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }
}
