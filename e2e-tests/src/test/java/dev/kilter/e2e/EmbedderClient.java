package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.InferTensorContents;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** Asks a model for the embedding of one text, through its Service. */
record EmbedderClient(ServiceDoor door, String model) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    float[] byRest(String text) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(Map.of(
                "inputs",
                List.of(Map.of("name", "text", "datatype", "BYTES", "shape", List.of(1), "data", List.of(text)))));
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create(door.http("/v2/models/" + model + "/infer")))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.convertValue(
                JSON.readTree(response.body()).path("outputs").path(0).path("data"), float[].class);
    }

    float[] byGrpc(String text) {
        GRPCInferenceServiceBlockingStub stub =
                GrpcClients.newClient(door.grpc(), GRPCInferenceServiceBlockingStub.class);
        ModelInferResponse response = stub.modelInfer(ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("text")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8(text))))
                .build());
        if (response.getRawOutputContentsCount() > 0) {
            FloatBuffer raw = response.getRawOutputContents(0)
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            float[] vector = new float[raw.remaining()];
            raw.get(vector);
            return vector;
        }
        List<Float> values = response.getOutputs(0).getContents().getFp32ContentsList();
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i);
        }
        return vector;
    }
}
