package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask for much and do not take it: what was written for them is given back, and others are served. */
@Timeout(120)
class SlowReadersTest {

    private static final String INFER = "/v2/models/echo/infer";
    private static final String GOOD =
            "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
    private static final long MIB = 1 << 20;

    /** More than the sockets' buffers of both sides hold. */
    private static final int ANSWER = 48 << 20;

    private static final ServerConfig.Patience LITTLE = new ServerConfig.Patience(
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));

    private long before;
    private RunningEdge edge;

    @BeforeEach
    void start() {
        edge = new RunningEdge(
                new FakeModelServer().with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))), LITTLE);
        Tensor much = new Tensor("x", DataType.FP32, Shape.of(ANSWER / 8, 2), ByteBuffer.allocateDirect(ANSWER));
        edge.models().answer(new InferenceOutcome.Answered("echo", "1", "fp32", List.of(much)));
        before = usedBytes();
    }

    @AfterEach
    void stop() {
        edge.models().reset();
        assertThat(edge.post(INFER, GOOD).statusCode()).isEqualTo(200);
        edge.close();
    }

    private static long usedBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    private void awaitUsed(String what, LongPredicate expected) throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!expected.test(usedBytes() - before) && System.nanoTime() < patience) {
            Thread.sleep(1);
        }
        assertThat(expected.test(usedBytes() - before))
                .as("%s: %d MiB in use", what, (usedBytes() - before) / MIB)
                .isTrue();
    }

    /** The answer is there, and then it is not any more, though nobody read it. */
    private void awaitGivenUp() throws InterruptedException {
        awaitUsed("written", bytes -> bytes >= 40 * MIB);
        awaitUsed("given up", bytes -> bytes < 20 * MIB);
    }

    @Test
    void anHttp1ClientThatDoesNotReadLosesItsConnection() throws Exception {
        try (RawConnection silent = new RawConnection(edge.port())) {
            silent.send(
                    "POST " + INFER + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + GOOD.length() + "\r\n\r\n" + GOOD);
            awaitGivenUp();
            assertThat(silent.readAll().length()).isBetween(1, ANSWER - 1);
        }
    }

    @Test
    void anHttp2ClientThatDoesNotReadLosesItsConnection() throws Exception {
        try (RawConnection silent = new RawConnection(edge.port())) {
            silent.send(Http2Wire.opening());
            sendRest(silent, 1);
            awaitGivenUp();
        }
    }

    @Test
    void anHttp2ClientThatOpensNoWindowLosesThatStreamAlone() throws Exception {
        try (RawConnection stingy = new RawConnection(edge.port())) {
            stingy.send(Http2Wire.openingWithoutWindow());
            sendRest(stingy, 1);
            awaitGivenUp();
            assertThat(stingy.readFrame(1)).isEqualTo(Http2Wire.HEADERS);
            assertThat(stingy.readFrame(1)).isEqualTo(Http2Wire.RST_STREAM);
            assertServedOn(stingy, 3);
        }
    }

    @Test
    void aGrpcClientThatOpensNoWindowLosesThatStreamAlone() throws Exception {
        try (RawConnection stingy = new RawConnection(edge.port())) {
            stingy.send(Http2Wire.openingWithoutWindow());
            byte[] message = ModelInferRequest.newBuilder()
                    .setModelName("echo")
                    .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                            .setName("x")
                            .setDatatype("FP32")
                            .addShape(1)
                            .addShape(2)
                            .setContents(InferTensorContents.newBuilder()
                                    .addFp32Contents(1)
                                    .addFp32Contents(2)))
                    .build()
                    .toByteArray();
            byte[] frame = ByteBuffer.allocate(5 + message.length)
                    .put((byte) 0)
                    .putInt(message.length)
                    .put(message)
                    .array();
            send(stingy, 1, "/inference.GRPCInferenceService/ModelInfer", "application/grpc", frame);
            awaitGivenUp();
            assertThat(stingy.readFrame(1)).isEqualTo(Http2Wire.HEADERS);
            assertThat(stingy.readFrame(1)).isEqualTo(Http2Wire.RST_STREAM);
            assertServedOn(stingy, 3);
        }
    }

    @Test
    void aClientThatTakesItsAnswerInTimeGetsAllOfIt() throws Exception {
        try (RunningEdge patient = new RunningEdge(edge.models())) {
            byte[] all = patient.postBytes(
                            INFER, GOOD.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json")
                    .body();
            assertThat(all.length).isGreaterThan(ANSWER);
        }
    }

    /** The connection lives: a small answer comes, once there is a window for it. */
    private void assertServedOn(RawConnection connection, int stream) throws IOException {
        edge.models().reset();
        sendRest(connection, stream);
        assertThat(connection.readFrame(stream)).isEqualTo(Http2Wire.HEADERS);
        connection.send(Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, Http2Wire.ints(1 << 20)));
        assertThat(connection.readFrame(stream)).isEqualTo(Http2Wire.DATA);
    }

    private static void sendRest(RawConnection connection, int stream) throws IOException {
        send(connection, stream, INFER, "application/json", GOOD.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(RawConnection connection, int stream, String path, String type, byte[] body)
            throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", path);
        headers.put(":authority", "x");
        headers.put("content-type", type);
        headers.put("te", "trailers");
        connection.send(Http2Wire.concat(
                Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, Http2Wire.headers(headers)),
                Http2Wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, body)));
    }
}
