package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A constant rate, or bursts, of one-row tensor requests that does not wait for answers, REST over HTTP/1.1 and gRPC in
 * turn; ends when it is closed. Neither client repeats a request; REST does not tell how long it waits, as clients
 * seldom do.
 */
final class OpenLoopLoad implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String BODY =
            "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}]}";

    private final ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest restRequest;
    private final GRPCInferenceServiceFutureStub grpc;
    private final ModelInferRequest grpcRequest;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();

    private OpenLoopLoad(ServiceDoor door, String model) {
        restRequest = HttpRequest.newBuilder(URI.create(door.http("/v2/models/" + model + "/infer")))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                .build();
        grpc = GrpcClients.builder(door.grpc()).responseTimeout(PATIENCE).build(GRPCInferenceServiceFutureStub.class);
        grpcRequest = ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(4)
                        .setContents(InferTensorContents.newBuilder().addAllFp32Contents(List.of(1f, 2f, 3f, 4f))))
                .build();
    }

    static OpenLoopLoad start(ServiceDoor door, String model, int requestsPerSecond) {
        OpenLoopLoad load = idle(door, model);
        load.schedule.scheduleAtFixedRate(
                load::send, 0, TimeUnit.SECONDS.toNanos(1) / requestsPerSecond, TimeUnit.NANOSECONDS);
        return load;
    }

    /** Sends nothing by itself. */
    static OpenLoopLoad idle(ServiceDoor door, String model) {
        return new OpenLoopLoad(door, model);
    }

    /** Sends so many at once; all are sent when it returns. */
    void burst(int requests) {
        for (int i = 0; i < requests; i++) {
            send();
        }
    }

    private void send() {
        if (sent.getAndIncrement() % 2 == 0) {
            var _ = http.sendAsync(restRequest, HttpResponse.BodyHandlers.ofString())
                    .whenComplete((response, failure) -> {
                        if (failure == null) {
                            rest(response.statusCode(), response.body());
                        } else {
                            failed.add(told("REST", failure));
                        }
                    });
        } else {
            Futures.addCallback(grpc.modelInfer(grpcRequest), new GrpcOutcome(), MoreExecutors.directExecutor());
        }
    }

    private void rest(int status, String body) {
        switch (status) {
            case 200 -> answered.incrementAndGet();
            case 429, 503 -> refused.add(told("REST " + status, body));
            default -> failed.add(told("REST " + status, body));
        }
    }

    private final class GrpcOutcome implements FutureCallback<ModelInferResponse> {
        @Override
        public void onSuccess(ModelInferResponse response) {
            answered.incrementAndGet();
        }

        @Override
        public void onFailure(Throwable failure) {
            switch (io.grpc.Status.fromThrowable(failure).getCode()) {
                case RESOURCE_EXHAUSTED, UNAVAILABLE -> refused.add(told("gRPC", failure));
                default -> failed.add(told("gRPC", failure));
            }
        }
    }

    private static String told(String what, Object how) {
        return Instant.now() + " " + what + ": " + how;
    }

    long sent() {
        return sent.get();
    }

    /** Sent, and nothing heard yet. */
    long open() {
        return sent() - answered() - refused.size() - failed.size();
    }

    long answered() {
        return answered.get();
    }

    /** Refused with a status that says so: when, and in which words. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    /** Neither answered nor refused, broken connections among them: when, and in which words. */
    List<String> failed() {
        return List.copyOf(failed);
    }

    /** Waits for so many more answers. */
    void awaitMore(int answers) {
        long before = answered();
        Scenario.await("answers", () -> answered() >= before + answers);
    }

    /** All that was asked so far was answered, or is on its way. */
    void assertNobodyNoticed() {
        assertThat(answered()).as("answered").isPositive();
        assertThat(failed()).as("failed").isEmpty();
        assertThat(refused()).as("refused").isEmpty();
    }

    @Override
    public void close() {
        schedule.shutdownNow();
        http.close(); // Waits for what is on its way.
    }
}
