package dev.kilter.runtime.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelStatisticsRequest;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.FakeModel;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A model that does not come back, beside one that does, as clients of every protocol and who watches them see it. */
@Timeout(180)
class HangingModelTest {

    private static final String BODY =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
    private static final Signature ECHO = new Signature(
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))),
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))));

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch comesBack = new CountDownLatch(1);
    private volatile boolean hangs;
    private RealModels models;
    private GRPCInferenceServiceBlockingStub grpc;
    private HealthBlockingStub health;

    @BeforeEach
    void start() throws Exception {
        FakeModel hanging = new FakeModel(ECHO) {
            @Override
            public List<Tensor> run(List<Tensor> inputs) throws EngineException {
                if (hangs) {
                    entered.countDown();
                    try {
                        comesBack.await();
                    } catch (InterruptedException e) {
                        throw new EngineException("interrupted", e);
                    }
                }
                return inputs;
            }
        };
        FakeModel echo = new FakeModel(ECHO) {
            @Override
            public List<Tensor> run(List<Tensor> inputs) {
                return inputs;
            }
        };
        models = new RealModels(Map.of("m", hanging, "other", echo));
        grpc = client(GRPCInferenceServiceBlockingStub.class);
        health = client(HealthBlockingStub.class);
    }

    private <T> T client(Class<T> stub) {
        return GrpcClients.builder("gproto+http://127.0.0.1:" + models.port() + "/")
                .responseTimeout(Duration.ofMinutes(2))
                .build(stub);
    }

    @AfterEach
    void stop() {
        comesBack.countDown();
    }

    private HttpResponse<byte[]> infer(String model) {
        try {
            return models.infer(model, BODY);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertOthersGoOn() {
        assertThat(infer("other").statusCode()).isEqualTo(200);
        ModelInferRequest request =
                EchoCalls.request("1").toBuilder().setModelName("other").build();
        assertThat(grpc.modelInfer(request).getModelName()).isEqualTo("other");
    }

    @Test
    void whoWaitsIsToldOthersGoOnHealthTellsAndTheEndDoesNotWait() throws Exception {
        assertOthersGoOn(); // the first calls take long, and a hang is told after ten seconds
        assertHealth("m", true);
        hangs = true;
        CompletableFuture<HttpResponse<byte[]>> held = CompletableFuture.supplyAsync(() -> infer("m"));
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        assertOthersGoOn();
        assertHealth("m", true);

        HttpResponse<byte[]> lost = held.get(120, TimeUnit.SECONDS);
        assertThat(lost.statusCode()).isEqualTo(500);
        assertThat(new String(lost.body(), UTF_8)).contains("model m variant a: the engine has not come back");
        assertThat(lost.headers().firstValue("kilter-not-processed")).isEmpty();
        while (models.get("/v2/health/live").statusCode() == 200) { // told by the same look, a moment later
            Thread.onSpinWait();
        }
        assertHealth("m", false);
        assertHealth("other", true);
        assertOthersGoOn();

        HttpResponse<byte[]> refused = infer("m");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("kilter-not-processed")).contains("true");
        assertThatThrownBy(() -> grpc.modelInfer(
                        EchoCalls.request("1").toBuilder().setModelName("m").build()))
                .hasMessageContaining("UNAVAILABLE: model m failed: variant a: the engine has not come back");
        assertThat(models.count("kilter_runtime_hung_batches_total")).isEqualTo(1);
        assertStatistics("m", 0, 1);
        assertStatistics("other", 6, 0);
        assertThat(models.get("/kilter/v1/load").body()).contains("\"ready\":false");

        CompletableFuture.runAsync(models::close).get(60, TimeUnit.SECONDS); // it still hangs
    }

    private void assertHealth(String model, boolean healthy) throws Exception {
        assertThat(models.get("/v2/models/" + model + "/ready").statusCode()).isEqualTo(healthy ? 200 : 503);
        assertThat(health.check(HealthCheckRequest.newBuilder()
                                .setService(model)
                                .build())
                        .getStatus())
                .isEqualTo(healthy ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    private void assertStatistics(String model, long answered, long failed) throws Exception {
        var told = grpc.modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName(model).build())
                .getModelStats(0)
                .getInferenceStats();
        assertThat(told.getSuccess().getCount()).as(model).isEqualTo(answered);
        assertThat(told.getFail().getCount()).as(model).isEqualTo(failed);
        assertThat(models.get("/v2/models/" + model + "/stats").body())
                .contains("\"success\":{\"count\":" + answered, "\"fail\":{\"count\":" + failed);
    }
}
