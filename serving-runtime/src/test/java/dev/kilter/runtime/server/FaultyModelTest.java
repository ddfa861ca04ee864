package dev.kilter.runtime.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.grpc.GrpcClients;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A model at fault, from the outside: only the guilty request pays, the metrics count it, health tells when all is
 * lost.
 */
@Timeout(60)
class FaultyModelTest {

    private static final float BAD = 13;
    private static final float SLOW = 7;

    enum Fault {
        THROWS {
            @Override
            List<Tensor> answer(List<Tensor> inputs) throws EngineException {
                throw new EngineException("device lost");
            }
        },
        BREAKS {
            @Override
            List<Tensor> answer(List<Tensor> inputs) {
                throw new IndexOutOfBoundsException("7");
            }
        },
        GIVES_ANOTHER_BATCH_SIZE {
            @Override
            List<Tensor> answer(List<Tensor> inputs) {
                int rows = 1 + (int) rows(inputs);
                ByteBuffer data = ByteBuffer.allocateDirect(rows * 2 * Float.BYTES);
                return List.of(new Tensor("x", DataType.FP32, Shape.of(rows, 2), data));
            }
        },
        GIVES_NO_OUTPUT {
            @Override
            List<Tensor> answer(List<Tensor> inputs) {
                return List.of();
            }
        };

        abstract List<Tensor> answer(List<Tensor> inputs) throws EngineException;

        private static long rows(List<Tensor> inputs) {
            return inputs.getFirst().shape().dimensions().getFirst();
        }
    }

    private static final Signature ECHO = new Signature(
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))),
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))));

    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean always;
    private RealModels models;

    private void start(Fault fault) throws Exception {
        models = new RealModels(new FakeModel(ECHO) {
            @Override
            public List<Tensor> run(List<Tensor> inputs) throws EngineException {
                if (holds(inputs, SLOW)) {
                    busy.countDown();
                    await(goOn);
                }
                return always || holds(inputs, BAD) ? fault.answer(inputs) : inputs;
            }
        });
    }

    private static void await(CountDownLatch latch) throws EngineException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new EngineException("interrupted", e);
        }
    }

    private static boolean holds(List<Tensor> inputs, float value) {
        ByteBuffer data = inputs.getFirst().data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            if (data.getFloat() == value) {
                return true;
            }
        }
        return false;
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        models.close();
    }

    private HttpResponse<byte[]> infer(float value) {
        try {
            return models.infer("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[%s,1]}]}"
                    .formatted(value));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theGuiltyRequestOfABatchFailsAloneAndIsCounted(Fault fault) throws Exception {
        start(fault);
        CompletableFuture<HttpResponse<byte[]>> first = CompletableFuture.supplyAsync(() -> infer(SLOW));
        assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
        List<CompletableFuture<HttpResponse<byte[]>>> batch = new ArrayList<>();
        for (float value : new float[] {1, BAD, 2}) {
            batch.add(CompletableFuture.supplyAsync(() -> infer(value)));
        }
        while (!models.get("/metrics").body().contains("kilter_runtime_queue_requests{model=\"m\",} 3.0")) {
            Thread.onSpinWait();
        }
        goOn.countDown();

        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(batch.get(0).get().statusCode()).isEqualTo(200);
        assertThat(batch.get(1).get().statusCode()).isEqualTo(500);
        assertThat(new String(batch.get(1).get().body(), UTF_8)).contains("model m variant a: ");
        assertThat(batch.get(2).get().statusCode()).isEqualTo(200);
        assertThat(models.count("kilter_runtime_isolated_requests_total")).isEqualTo(3);
        assertThat(models.count("kilter_runtime_failed_batches_total")).isEqualTo(2); // the batch, and the guilty alone
        assertHealthy(true);
    }

    @ParameterizedTest
    @EnumSource
    void anEngineAtFaultWhateverItIsGivenIsToldByEveryKindOfHealth(Fault fault) throws Exception {
        start(fault);
        assertHealthy(true);
        always = true;
        for (int i = 0; i < 3; i++) {
            assertThat(infer(1).statusCode()).isEqualTo(500);
        }
        while (models.get("/v2/health/live").statusCode() == 200) { // it is put to the test after the third answer
            Thread.onSpinWait();
        }
        assertHealthy(false);
        HttpResponse<byte[]> refused = infer(1);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("kilter-not-processed")).contains("true");
        assertThat(models.count("kilter_runtime_failed_batches_total")).isEqualTo(3);
        assertThat(models.post("/v2/repository/index").body())
                .contains("\"UNAVAILABLE\"", "the engine of variant a fails whatever it is given");
    }

    private void assertHealthy(boolean healthy) throws Exception {
        int status = healthy ? 200 : 503;
        assertThat(models.get("/v2/health/live").statusCode()).isEqualTo(status);
        assertThat(models.get("/v2/health/ready").statusCode()).isEqualTo(status);
        assertThat(models.get("/v2/models/m/ready").statusCode()).isEqualTo(status);
        assertThat(models.get("/kilter/v1/load").body()).contains("\"ready\":" + healthy);
        HealthBlockingStub grpc =
                GrpcClients.newClient("gproto+http://127.0.0.1:" + models.port() + "/", HealthBlockingStub.class);
        for (String service : new String[] {"", "m", "m/1"}) {
            assertThat(grpc.check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus())
                    .as(service)
                    .isEqualTo(healthy ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
        }
    }
}
