package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.network.PersistentClient;
import dev.kilter.network.RawConnection;
import com.linecorp.armeria.common.MediaType;
import java.net.URI;
import java.net.http.HttpRequest;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import com.linecorp.armeria.client.ClientFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelStreamInferResponse;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DrainTest {

    private RunningEdge edge;

    @BeforeEach
    void start() {
        edge = new RunningEdge(EchoCalls.models());
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void aDrainingServerIsNotReadyButAnswers() {
        edge.server().beginDrain();
        assertThat(edge.get("/v2/health/ready").statusCode()).isEqualTo(503);
        assertThat(edge.get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(edge.get("/kilter/v1/load").body()).contains("\"ready\":false", "\"draining\":true");
        assertThat(edge.post(EchoCalls.INFER, EchoCalls.GOOD).statusCode()).isEqualTo(200);
    }

    @Test
    void closingWaitsForWhatIsInFlightAndThenTakesNothingMore() throws Exception {
        HeldCalls calls = HeldCalls.of(edge.models());
        URI live = edge.uri("/v2/health/live");
        WebClient client = WebClient.of("h2c://127.0.0.1:" + edge.port());
        CompletableFuture<AggregatedHttpResponse> response = post(client);
        HeldCalls.Held request = calls.next();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(edge.server()::close);
        assertThatThrownBy(() -> closing.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        request.outcome().complete(edge.models().echo(request.call()));
        assertThat(response.get(20, TimeUnit.SECONDS).status()).isEqualTo(HttpStatus.OK);
        closing.get(20, TimeUnit.SECONDS);
        assertThatThrownBy(() -> edge.send(HttpRequest.newBuilder(live).build()))
                .isInstanceOf(UncheckedIOException.class);
    }

    @RepeatedTest(3)
    void requestsDuringTheCloseAreAnsweredOrNotTaken() throws Exception {
        edge.models().answer(call -> {
            CompletableFuture<InferenceOutcome> outcome = new CompletableFuture<>();
            CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS)
                    .execute(() -> outcome.complete(edge.models().echo(call)));
            return outcome;
        });
        CountDownLatch busy = new CountDownLatch(50);
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        try (ClientFactory factory =
                ClientFactory.builder().maxNumEventLoopsPerEndpoint(4).build()) {
            for (int i = 0; i < 8; i++) {
                WebClient client = WebClient.builder("h2c://127.0.0.1:" + edge.port())
                        .factory(factory)
                        .build();
                clients.add(PersistentClient.askUntilNobodyListens(() -> post(client), busy));
            }
            busy.await();
            edge.server().close();
            for (CompletableFuture<Void> client : clients) {
                client.get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void whatIsCutOffAtTheEndIsMarkedAsNotRunOnlyIfNoModelGotIt() throws Exception {
        ServerConfig.Patience impatient =
                new ServerConfig.Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(100));
        try (RunningEdge ending = new RunningEdge(edge.models(), impatient);
                RawConnection running = new RawConnection(ending.port());
                RawConnection arriving = new RawConnection(ending.port())) {
            HeldCalls calls = HeldCalls.of(edge.models());
            running.send(EchoCalls.post());
            calls.next();
            double held = ending.heldBytes();
            arriving.send(EchoCalls.head(EchoCalls.GOOD.length()) + EchoCalls.GOOD.substring(0, 20));
            ending.awaitTaken(held + 20);
            ending.server().close();
            assertThat(running.readAll())
                    .startsWith("HTTP/1.1 503")
                    .contains("may have been run")
                    .doesNotContain("kilter-not-processed");
            assertThat(arriving.readAll())
                    .startsWith("HTTP/1.1 503")
                    .contains("nothing was run")
                    .contains("kilter-not-processed: true");
        }
    }

    @Test
    void aStreamAnswersWhatItTookAndThenEndsAsUnavailable() throws Exception {
        HeldCalls calls = HeldCalls.of(edge.models());
        BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        StreamObserver<ModelInferRequest> requests = edge.grpc(GRPCInferenceServiceStub.class)
                .modelStreamInfer(new StreamObserver<>() {
                    @Override
                    public void onNext(ModelStreamInferResponse response) {
                        events.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        events.add(Status.fromThrowable(failure).getCode());
                    }

                    @Override
                    public void onCompleted() {
                        events.add("completed");
                    }
                });
        requests.onNext(EchoCalls.request("one"));
        requests.onNext(EchoCalls.request("two"));
        HeldCalls.Held one = calls.next();
        HeldCalls.Held two = calls.next();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(edge.server()::close);
        two.outcome().complete(new InferenceOutcome.Failed("broken"));
        ModelStreamInferResponse second = (ModelStreamInferResponse) events.poll(20, TimeUnit.SECONDS);
        assertThat(second.getErrorMessage()).isEqualTo("broken");
        assertThat(second.getInferResponse().getId()).isEqualTo("two");
        one.outcome().complete(edge.models().echo(one.call()));
        ModelStreamInferResponse first = (ModelStreamInferResponse) events.poll(20, TimeUnit.SECONDS);
        assertThat(first.getErrorMessage()).isEmpty();
        assertThat(first.getInferResponse().getId()).isEqualTo("one");
        assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo(Status.Code.UNAVAILABLE);
        closing.get(20, TimeUnit.SECONDS);
    }

    private static CompletableFuture<AggregatedHttpResponse> post(WebClient client) {
        return client.prepare()
                .post(EchoCalls.INFER)
                .content(MediaType.JSON, EchoCalls.GOOD)
                .execute()
                .aggregate();
    }
}
