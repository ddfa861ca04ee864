package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.network.Http2Wire;
import dev.kilter.network.RawConnection;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelStreamInferResponse;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that keep asking and do not read: what their answers hold has a bound, whatever they ask for. */
@Timeout(180)
class UnreadAnswersTest {

    private static final int ANSWER = 64 << 10;
    private static final int REQUESTS = 1000;

    /** Held of one stream once it is stuck, at least, bytes. */
    private static final int MOST_UNREAD = 1 << 20;

    /** Of answers: what sockets and windows of both sides may hold, and what the server may have waiting. */
    private static final int MOST = 500;

    private static final byte[] OPENING_STREAM = Http2Wire.frame(
            Http2Wire.HEADERS,
            Http2Wire.END_HEADERS,
            1,
            Http2Wire.headers(EchoCalls.headers(EchoCalls.STREAM, "application/grpc")));

    private static final byte[] ON_STREAM = Http2Wire.frame(
            Http2Wire.DATA, 0, 1, EchoCalls.framed(false, EchoCalls.request("").toByteArray()));

    /** A frame that a server passes over. */
    private static final byte[] IGNORED = Http2Wire.frame(Http2Wire.PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 15});

    private static final Duration MUCH = Duration.ofSeconds(60);

    private RunningEdge edge;

    private void start(Duration patienceForReading) {
        edge = new RunningEdge(
                EchoCalls.models(), new ServerConfig.Patience(MUCH, patienceForReading, Duration.ofSeconds(10)));
        answer(ANSWER);
    }

    private void answer(int bytes) {
        Tensor much = new Tensor("x", DataType.FP32, Shape.of(bytes / 8, 2), ByteBuffer.allocateDirect(bytes));
        edge.models().answer(new InferenceOutcome.Answered("echo", "1", "fp32", List.of(much)));
    }

    @AfterEach
    void stop() throws InterruptedException {
        edge.models().reset();
        edge.awaitAnswersGone();
        assertThat(edge.post(EchoCalls.INFER, EchoCalls.GOOD).statusCode()).isEqualTo(200);
        edge.close();
    }

    private void awaitHeld(int bytes) throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (edge.heldAnswerBytes() < bytes && System.nanoTime() < patience) {
            Thread.sleep(1);
        }
        assertThat(edge.heldAnswerBytes()).isGreaterThanOrEqualTo(bytes);
    }

    /** Reads nothing until it is told to. */
    private static final class Reader implements ClientResponseObserver<ModelInferRequest, ModelStreamInferResponse> {

        private final Set<String> answered = ConcurrentHashMap.newKeySet();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private ClientCallStreamObserver<ModelInferRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<ModelInferRequest> stream) {
            stream.disableAutoRequestWithInitial(0);
            requests = stream;
        }

        @Override
        public void onNext(ModelStreamInferResponse response) {
            answered.add(response.getInferResponse().getId());
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    private Reader askAllAndReadNothing() {
        Reader reader = new Reader();
        var _ = edge.grpc(GRPCInferenceServiceStub.class).modelStreamInfer(reader);
        for (int i = 0; i < REQUESTS; i++) {
            reader.requests.onNext(EchoCalls.request("request " + i));
        }
        reader.requests.onCompleted();
        return reader;
    }

    @Test
    void noMoreRequestsAreTakenOfAStreamWhoseAnswersAreNotRead() throws Exception {
        start(Duration.ofSeconds(1));
        try (RawConnection stingy = new RawConnection(edge.port())) {
            stingy.send(Http2Wire.openingWithoutWindow());
            stingy.send(OPENING_STREAM);
            for (int i = 0; i < REQUESTS; i++) {
                stingy.send(ON_STREAM);
            }
            assertThat(stingy.readFrame(1)).isEqualTo(Http2Wire.HEADERS);
            assertThat(stingy.readFrame(1)).isEqualTo(Http2Wire.RST_STREAM);
        }
        assertThat(edge.models().calls()).isNotEmpty().hasSizeLessThan(100);
    }

    @Test
    void aStreamGoesOnWhenItsAnswersAreRead() throws Exception {
        start(MUCH);
        Reader reader = askAllAndReadNothing();
        awaitHeld(MOST_UNREAD);
        reader.requests.request(REQUESTS + 1); // the end is one more
        assertThat(reader.end.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.OK);
        assertThat(reader.answered).hasSize(REQUESTS);
    }

    @Test
    void aStreamThatIsCancelledAfterItsLastRequestLeavesNothing() throws Exception {
        start(MUCH);
        HeldCalls calls = HeldCalls.of(edge.models());
        Reader reader = new Reader();
        var _ = edge.grpc(GRPCInferenceServiceStub.class).modelStreamInfer(reader);
        reader.requests.onNext(EchoCalls.request("1"));
        reader.requests.onCompleted();
        HeldCalls.Held call = calls.next();
        reader.requests.cancel("enough", null);
        while (!call.call().cancelled().getAsBoolean()) {
            Thread.sleep(1);
        }
        call.outcome().complete(edge.models().echo(call.call()));
        while (edge.heldBytes() > 0) { // until the answer was encoded, which nobody waits for
            Thread.sleep(1);
        }
    }

    @Test
    void aStreamWhoseWindowIsOpenAndWhoseSocketIsNotReadLosesItsConnection() throws Exception {
        start(Duration.ofSeconds(1));
        try (RawConnection silent = new RawConnection(edge.port())) {
            silent.send(Http2Wire.opening());
            assertThat(silent.awaitFrame(Http2Wire.SETTINGS)).isEqualTo(Http2Wire.SETTINGS);
            silent.send(Http2Wire.SETTINGS_TAKEN); // until then its stream's window is the protocol's 64 KiB
            silent.send(OPENING_STREAM);
            for (int i = 0; i < 10 * REQUESTS; i++) { // within the window of the stream
                silent.send(ON_STREAM);
            }
            while (true) { // its end is seen by sending: who reads takes the answers
                silent.send(IGNORED);
                Thread.sleep(50);
            }
        } catch (IOException e) {
            assertThat(edge.models().calls()).isNotEmpty().hasSizeLessThan(MOST);
        }
    }

    @Test
    void noMoreIsReadOfAConnectionWhosePipelinedAnswersAreNot() throws Exception {
        start(Duration.ofSeconds(1));
        String large = EchoCalls.GOOD.replace("{\"inputs\"", "{\"x\":\"" + "y".repeat(2000) + "\",\"inputs\"");
        try (RawConnection silent = new RawConnection(edge.port())) {
            while (true) {
                silent.send(EchoCalls.post(large)); // waits when the server reads no more, until it closes
            }
        } catch (IOException e) {
            assertThat(edge.models().calls()).isNotEmpty().hasSizeLessThan(MOST);
        }
    }

    @Test
    void nothingMoreIsRunWhileUnreadAnswersHoldTooMuch() throws Exception {
        start(MUCH);
        answer(4 << 20);
        try (RawConnection stingy = new RawConnection(edge.port())) {
            stingy.send(Http2Wire.openingWithoutWindow());
            stingy.send(EchoCalls.post(1, EchoCalls.GOOD));
            awaitHeld(4 << 20);
            int before = edge.models().calls().size();
            var refused = edge.post(EchoCalls.INFER, EchoCalls.GOOD);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.headers().firstValue("kilter-not-processed")).contains("true");
            assertThat(refused.body()).contains("answers: ", "expected: at most 2097152 together");
            assertThat(edge.models().calls()).hasSize(before);
        }
    }
}
