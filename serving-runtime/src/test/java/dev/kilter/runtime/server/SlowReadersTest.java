package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.network.Http2Wire;
import dev.kilter.network.RawConnection;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask for much and do not take it: what was written for them is given back, and others are served. */
@Timeout(120)
class SlowReadersTest {

    private static final String INFER = EchoCalls.INFER;
    private static final String BINARY =
            "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
    private static final long MIB = 1 << 20;

    /** More than the sockets' buffers of both sides hold. */
    private static final int ANSWER = 48 << 20;

    private static final ServerConfig.Patience LITTLE =
            new ServerConfig.Patience(Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(10));

    private long before;
    private RunningEdge edge;

    @BeforeEach
    void start() {
        edge = new RunningEdge(EchoCalls.models(), LITTLE);
        Tensor much = new Tensor("x", DataType.FP32, Shape.of(ANSWER / 8, 2), ByteBuffer.allocateDirect(ANSWER));
        edge.models().answer(new InferenceOutcome.Answered("echo", "1", "fp32", List.of(much)));
        before = usedBytes();
    }

    @AfterEach
    void stop() throws InterruptedException {
        edge.models().reset();
        edge.awaitAnswersGone();
        assertThat(edge.post(INFER, BINARY).statusCode()).isEqualTo(200);
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
            silent.send(EchoCalls.post(BINARY));
            awaitGivenUp();
            assertThat(silent.readAll().length()).isBetween(1, ANSWER - 1);
        }
    }

    @Test
    void anHttp2ClientThatDoesNotReadLosesItsConnection() throws Exception {
        try (RawConnection silent = new RawConnection(edge.port())) {
            silent.send(Http2Wire.opening());
            silent.send(EchoCalls.post(1, BINARY));
            awaitGivenUp();
        }
    }

    @Test
    void anHttp2ClientThatOpensNoWindowLosesThatStreamAlone() throws Exception {
        try (RawConnection stingy = new RawConnection(edge.port())) {
            stingy.send(Http2Wire.openingWithoutWindow());
            stingy.send(EchoCalls.post(1, BINARY));
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
            stingy.send(
                    Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.headers(EchoCalls.grpc())));
            stingy.send(Http2Wire.frame(
                    Http2Wire.DATA,
                    Http2Wire.END_STREAM,
                    1,
                    EchoCalls.framed(false, EchoCalls.request("1").toByteArray())));
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
                            INFER, BINARY.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json")
                    .body();
            assertThat(all.length).isGreaterThan(ANSWER);
        }
    }

    /** The connection lives: a small answer comes, once there is a window for it. */
    private void assertServedOn(RawConnection connection, int stream) throws IOException {
        edge.models().reset();
        connection.send(EchoCalls.post(stream, BINARY));
        assertThat(connection.readFrame(stream)).isEqualTo(Http2Wire.HEADERS);
        connection.send(Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, Http2Wire.ints(1 << 20)));
        assertThat(connection.readFrame(stream)).isEqualTo(Http2Wire.DATA);
    }
}
