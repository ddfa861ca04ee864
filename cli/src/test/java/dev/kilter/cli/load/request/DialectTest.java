package dev.kilter.cli.load.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kilter.cli.load.wire.WireRequest;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.runtime.tensor.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DialectTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InputTensor MATRIX = new InputTensor(
            "x",
            DataType.INT64,
            List.of(2L, 2L),
            ByteBuffer.allocate(32)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putLong(1)
                    .putLong(2)
                    .putLong(3)
                    .putLong(9_007_199_254_740_993L)
                    .array());

    @TempDir
    private Path folder;

    @Test
    void restIsJsonThatKeepsAllOf64Bits() throws IOException {
        WireRequest request = Dialect.REST.write("m", List.of(MATRIX));

        assertThat(request.path()).isEqualTo("/v2/models/m/infer");
        assertThat(JSON.readTree(request.body()).toString())
                .isEqualTo("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[2,2],"
                        + "\"data\":[1,2,3,9007199254740993]}]}");
    }

    @Test
    void binaryTellsTheLengthOfItsJsonAndOfEachTensor() throws IOException {
        WireRequest request = Dialect.BINARY.write("m", List.of(MATRIX));
        int length = Integer.parseInt(request.headers().get("inference-header-content-length"));
        String json = new String(request.body(), 0, length, StandardCharsets.UTF_8);

        assertThat(JSON.readTree(json)
                        .at("/inputs/0/parameters/binary_data_size")
                        .asInt())
                .isEqualTo(32);
        assertThat(request.body()).hasSize(length + 32).endsWith(MATRIX.raw());
    }

    @Test
    void grpcIsAFramedMessageWithRawContents() throws IOException {
        byte[] body = Dialect.GRPC.write("m", List.of(MATRIX)).body();
        ModelInferRequest message = ModelInferRequest.parseFrom(ByteBuffer.wrap(body, 5, body.length - 5));

        assertThat(ByteBuffer.wrap(body).getInt(1)).isEqualTo(body.length - 5);
        assertThat(message.getModelName()).isEqualTo("m");
        assertThat(message.getRawInputContents(0).toByteArray()).isEqualTo(MATRIX.raw());
    }

    @Test
    void predictHasAnInstanceForEachItemOfTheBatch() throws IOException {
        assertThat(new String(Dialect.PREDICT.write("m", List.of(MATRIX)).body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"model\":\"m\",\"instances\":[[1,2],[3,9007199254740993]]}");
    }

    @Test
    void madeUpInputsHaveTheBatchWhereTheFirstDimensionVaries() throws IOException {
        Signature signature = Signature.of(JSON.readTree("{\"inputs\":[{\"name\":\"a\",\"datatype\":\"FP32\","
                + "\"shape\":[-1,3,-1]},{\"name\":\"t\",\"datatype\":\"BYTES\",\"shape\":[-1]}]}"));
        List<InputTensor> first = Filling.RANDOM.inputs(signature, 2, Map.of()).getFirst();

        assertThat(first.getFirst().shape()).containsExactly(2L, 3L, 1L);
        assertThat(first.getFirst().raw()).hasSize(24).isNotEqualTo(new byte[24]);
        assertThat(first.getLast().shape()).containsExactly(2L);
        assertThat(Filling.ZEROS
                        .inputs(signature, 1, Map.of("a", List.of(1L, 3L, 5L)))
                        .getFirst()
                        .getFirst()
                        .raw())
                .isEqualTo(new byte[60]);
    }

    @Test
    void aFileMayHoldSeveralRequests() throws IOException {
        String one = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[2,2],\"data\":[[1,2],[3,%d]]}]}\n";
        Path file =
                Files.writeString(folder.resolve("in.jsonl"), one.formatted(9_007_199_254_740_993L) + one.formatted(4));

        List<List<InputTensor>> requests = InputFile.read(file);
        assertThat(requests).hasSize(2);
        assertThat(requests.getFirst().getFirst().raw()).isEqualTo(MATRIX.raw());
    }

    @Test
    void aFileWhoseDataDoesNotFitItsShapeIsRefusedByNameAndCount() throws IOException {
        Path file = Files.writeString(
                folder.resolve("in.json"),
                "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[3],\"data\":[1,2]}]}");

        assertThatThrownBy(() -> InputFile.read(file))
                .hasMessageContaining("in.json, request 1: data of input x: 2 elements (expected: 3 by its shape)");
    }
}
