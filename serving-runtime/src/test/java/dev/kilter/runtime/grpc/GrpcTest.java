package dev.kilter.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.InferParameter;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelConfigRequest;
import dev.kilter.protocol.inference.ModelConfigResponse;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.kilter.protocol.inference.ModelInferResponse;
import dev.kilter.protocol.inference.ModelMetadataRequest;
import dev.kilter.protocol.inference.ModelStatisticsRequest;
import dev.kilter.protocol.inference.RepositoryIndexRequest;
import dev.kilter.protocol.inference.ServerLiveRequest;
import dev.kilter.protocol.inference.ServerMetadataRequest;
import dev.kilter.runtime.server.RunningEdge;
import dev.kilter.runtime.serving.FakeModelServer;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.TensorSpec;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcTest {

    private static RunningEdge edge;
    private static GRPCInferenceServiceBlockingStub client;

    @BeforeAll
    static void start() {
        edge = new RunningEdge(new FakeModelServer().with("echo", new TensorSpec("x", DataType.FP32, Shape.of(-1, 2))));
        client = edge.grpc(GRPCInferenceServiceBlockingStub.class);
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @BeforeEach
    void reset() {
        edge.models().reset();
    }

    @Test
    void typedContentsAreAnsweredByTypedContents() {
        ModelInferResponse response = client.modelInfer(typed().setId("a-7").build());
        assertThat(response.getOutputs(0).getContents().getFp32ContentsList()).containsExactly(1f, 2.5f);
        assertThat(response.getRawOutputContentsList()).isEmpty();
        assertThat(response.getId()).isEqualTo("a-7");
        assertThat(response.getModelName()).isEqualTo("echo");
        assertThat(response.getModelVersion()).isEqualTo("1");
        assertThat(response.getParametersMap().get("variant").getStringParam()).isEqualTo("fp32");
    }

    @Test
    void rawInputsAreAnsweredByRawOutputs() {
        ByteString bytes = ByteString.copyFrom(new byte[] {0, 0, (byte) 128, 63, 0, 0, 32, 64});
        ModelInferResponse response = client.modelInfer(typed().setInputs(0, input("x", "FP32", 1, 2))
                .addRawInputContents(bytes)
                .build());
        assertThat(response.getRawOutputContentsList()).containsExactly(bytes);
        assertThat(response.getOutputs(0).hasContents()).isFalse();
    }

    /** Other forms of the same messages go another way to the same answer. */
    @Test
    void grpcWebIsAnsweredTheSame() {
        GRPCInferenceServiceBlockingStub web = GrpcClients.builder("gproto-web+http://127.0.0.1:" + edge.port() + "/")
                .build(GRPCInferenceServiceBlockingStub.class);
        ModelInferRequest request = typed().setId("w").build();
        assertThat(web.modelInfer(request)).isEqualTo(client.modelInfer(request));
        assertThatThrownBy(() -> web.modelInfer(typed().clearInputs().build()))
                .hasMessage("INVALID_ARGUMENT: inputs: 0 tensors (expected: 1..4)");
    }

    @Test
    void whatIsNoMessageIsTheCallersError() {
        for (byte[] body : new byte[][] {
            {},
            {0, 0, 0, 0},
            {0, 0, 0, 0, 9, 1},
            {1, 0, 0, 0, 1, 1},
            {7, 0, 0, 0, 0},
            {0, 0, 0, 0, 2, 10, 5},
            {0, 0, 0, 0, 3, 10, 1, -1}
        }) {
            AggregatedHttpResponse response = WebClient.of("h2c://127.0.0.1:" + edge.port())
                    .execute(HttpRequest.of(
                            HttpMethod.POST,
                            "/inference.GRPCInferenceService/ModelInfer",
                            MediaType.parse("application/grpc"),
                            HttpData.wrap(body)))
                    .aggregate()
                    .join();
            assertThat(response.headers().get("grpc-status"))
                    .as(response.toString())
                    .isEqualTo("3");
            assertThat(response.headers().get("grpc-message")).startsWith("body: ");
        }
        assertThat(edge.models().calls()).isEmpty();
    }

    @Test
    void everyTypeOfContentsComesBackAsItWent() {
        Map<String, InferTensorContents.Builder> rows = new LinkedHashMap<>();
        rows.put("BOOL", InferTensorContents.newBuilder().addAllBoolContents(List.of(true, false)));
        rows.put("INT8", InferTensorContents.newBuilder().addAllIntContents(List.of(-128, 127)));
        rows.put("INT16", InferTensorContents.newBuilder().addAllIntContents(List.of(-32768, 32767)));
        rows.put("INT32", InferTensorContents.newBuilder().addAllIntContents(List.of(Integer.MIN_VALUE, 1)));
        rows.put(
                "INT64", InferTensorContents.newBuilder().addAllInt64Contents(List.of(Long.MIN_VALUE, Long.MAX_VALUE)));
        rows.put("UINT8", InferTensorContents.newBuilder().addAllUintContents(List.of(0, 255)));
        rows.put("UINT16", InferTensorContents.newBuilder().addAllUintContents(List.of(0, 65535)));
        rows.put("UINT32", InferTensorContents.newBuilder().addAllUintContents(List.of(0, -1)));
        rows.put("UINT64", InferTensorContents.newBuilder().addAllUint64Contents(List.of(0L, -1L)));
        rows.put("FP32", InferTensorContents.newBuilder().addAllFp32Contents(List.of(0.1f, Float.NaN)));
        rows.put("FP64", InferTensorContents.newBuilder().addAllFp64Contents(List.of(0.1, 1e300)));
        rows.put(
                "BYTES",
                InferTensorContents.newBuilder()
                        .addBytesContents(ByteString.copyFrom(new byte[] {-1, 0}))
                        .addBytesContents(ByteString.EMPTY));
        rows.forEach((type, contents) -> {
            ModelInferResponse response = client.modelInfer(
                    typed().setInputs(0, input("v", type, 2).toBuilder().setContents(contents))
                            .build());
            assertThat(response.getOutputs(0).getContents()).as(type).isEqualTo(contents.build());
        });
    }

    @Test
    void wrongRequestsNameTheFieldTheValueAndWhatWasExpected() {
        assertInvalid(
                typed().setInputs(0, input("x", "FP32", 3, 2).toBuilder().setContents(fp32(1, 2))),
                "inputs[0].contents: 2 values (expected: 6 for shape [3, 2])");
        assertInvalid(
                typed().addRawInputContents(ByteString.EMPTY).addRawInputContents(ByteString.EMPTY),
                "raw_input_contents: 2 entries (expected: none, or one for each of 1 inputs)");
        assertInvalid(
                typed().addRawInputContents(ByteString.copyFrom(new byte[8])),
                "inputs[0].contents: given beside raw_input_contents (expected: one of the two)");
        assertInvalid(
                typed().setInputs(0, input("x", "FP32", 1, 2)).addRawInputContents(ByteString.copyFrom(new byte[7])),
                "raw_input_contents[0]: 7 bytes (expected: 8 for FP32 [1, 2])");
        assertInvalid(
                typed().setInputs(0, input("x", "FLOAT", 1, 2)), "inputs[0].datatype: FLOAT (expected: one of [BOOL");
        assertInvalid(typed().setInputs(0, input("x", "FP16", 1, 2)), "raw_input_contents for this type");
        assertInvalid(
                typed().setInputs(0, input("x", "FP32", Long.MAX_VALUE, Long.MAX_VALUE)),
                "inputs[0].shape: [9223372036854775807, 9223372036854775807] (expected: at most 100000 elements)");
        assertInvalid(typed().setInputs(0, input("x", "FP32", -1, 2)), "inputs[0].shape[0]: -1 (expected: >= 1)");
        assertInvalid(typed().addInputs(typed().getInputs(0)), "inputs[1].name: x, a second time");
        assertInvalid(typed().clearInputs(), "inputs: 0 tensors (expected: 1..4)");
        assertInvalid(
                typed().putParameters(
                                "sequence_id",
                                InferParameter.newBuilder().setInt64Param(3).build()),
                "parameters.sequence_id: given (expected: left out");
        assertInvalid(
                typed().addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName("nope")),
                "nope");
    }

    @Test
    void eachOutcomeHasItsStatus() {
        Map<InferenceOutcome, Status.Code> rows = Map.of(
                new InferenceOutcome.Invalid("m"), Status.Code.INVALID_ARGUMENT,
                new InferenceOutcome.NotFound("m"), Status.Code.NOT_FOUND,
                new InferenceOutcome.Refused(InferenceOutcome.Refused.Reason.QUEUE_FULL, "m", Duration.ofMillis(20)),
                        Status.Code.RESOURCE_EXHAUSTED,
                new InferenceOutcome.Unavailable("m", Duration.ofSeconds(2)), Status.Code.UNAVAILABLE,
                new InferenceOutcome.Expired("m"), Status.Code.DEADLINE_EXCEEDED,
                new InferenceOutcome.Cancelled(), Status.Code.CANCELLED,
                new InferenceOutcome.Failed("m"), Status.Code.INTERNAL);
        rows.forEach((outcome, code) -> {
            edge.models().answer(outcome);
            assertThatThrownBy(() -> client.modelInfer(typed().build()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode())
                                    .as(outcome.toString())
                                    .isEqualTo(code));
        });
    }

    @Test
    void theCallersDeadlineAndTheTimeoutParameterBecomeDeadlines() {
        var _ = client.modelInfer(typed().build());
        var _ = client.withDeadlineAfter(20, TimeUnit.SECONDS).modelInfer(typed().build());
        var _ = client.modelInfer(typed().putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(250_000).build())
                .build());
        assertThat(edge.models().calls().get(0).deadlineNanos()).isEmpty();
        assertThat(patience(1))
                .isBetween(
                        Duration.ofSeconds(10).toNanos(), Duration.ofSeconds(20).toNanos());
        assertThat(patience(2)).isEqualTo(250_000_000);
    }

    @Test
    void thePriorityParameterIsHandedOn() {
        InferParameter urgent = InferParameter.newBuilder().setInt64Param(1).build();
        InferParameter wrong = InferParameter.newBuilder().setInt64Param(-1).build();
        var _ = client.modelInfer(typed().putParameters("priority", urgent).build());
        assertThat(edge.models().calls().get(0).priority()).isEqualTo(1);
        assertThatThrownBy(() -> client.modelInfer(
                        typed().putParameters("priority", wrong).build()))
                .hasMessageContaining("parameters.priority: -1 (expected: a whole number");
    }

    private long patience(int call) {
        return edge.models().calls().get(call).deadlineNanos().orElseThrow()
                - edge.models().calls().get(call).arrivalNanos();
    }

    @Test
    void metadataConfigStatisticsAndIndexTellOfTheModel() {
        assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(client.serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getExtensionsList())
                .contains("binary_tensor_data", "statistics", "model_configuration");
        assertThat(client.modelMetadata(ModelMetadataRequest.newBuilder()
                                .setName("echo")
                                .setVersion("1")
                                .build())
                        .getInputs(0)
                        .getShapeList())
                .containsExactly(-1L, 2L);
        ModelConfigResponse config = client.modelConfig(
                ModelConfigRequest.newBuilder().setName("echo").build());
        assertThat(config.getConfig().getMaxBatchSize()).isEqualTo(8);
        assertThat(config.getConfig().getInput(0).getDimsList()).containsExactly(2L);
        assertThat(client.modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                        .getModelStats(0)
                        .getInferenceStats()
                        .getSuccess()
                        .getCount())
                .isEqualTo(3);
        assertThat(client.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModels(0)
                        .getState())
                .isEqualTo("READY");
        assertThatThrownBy(() -> client.modelMetadata(
                        ModelMetadataRequest.newBuilder().setName("other").build()))
                .hasMessage("NOT_FOUND: model other: not served here (expected: one of [echo])");
        assertThatThrownBy(() -> client.modelMetadata(ModelMetadataRequest.newBuilder()
                        .setName("echo")
                        .setVersion("2")
                        .build()))
                .hasMessageContaining("NOT_FOUND: version 2 of model echo: not served here (expected: one of [1]");
    }

    private void assertInvalid(ModelInferRequest.Builder request, String message) {
        assertThatThrownBy(() -> client.modelInfer(request.build()))
                .hasMessageStartingWith("INVALID_ARGUMENT: ")
                .hasMessageContaining(message);
    }

    private static ModelInferRequest.Builder typed() {
        return ModelInferRequest.newBuilder()
                .setModelName("echo")
                .addInputs(input("x", "FP32", 1, 2).toBuilder().setContents(fp32(1f, 2.5f)));
    }

    private static InferTensorContents fp32(float... values) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (float value : values) {
            contents.addFp32Contents(value);
        }
        return contents.build();
    }

    private static InferInputTensor input(String name, String type, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName(name).setDatatype(type);
        for (long size : shape) {
            input.addShape(size);
        }
        return input.build();
    }
}
