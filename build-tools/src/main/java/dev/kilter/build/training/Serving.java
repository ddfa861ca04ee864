package dev.kilter.build.training;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A serving process: waits until it is ready, then infers by REST with JSON, by REST with binary tensors and by gRPC.
 */
final class Serving implements Exercise {

    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** Enough for every class; more would only teach the JVM to compile so much at its start that the start suffers. */
    private static final int ROUNDS = 20;

    private final Models models;
    private final Path work;
    private final int port;
    private final HttpClient http1 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpClient http2 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    Serving(Models models, Path work) throws IOException {
        this.models = models;
        this.work = work;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @Override
    public Map<String, String> environment() {
        return Map.of(
                "KILTER_RUNTIME_CONFIG", models.configuration(),
                "KILTER_PORT", Integer.toString(port),
                "KILTER_HOST", "127.0.0.1",
                "KILTER_MODEL_CACHE", cache().toString(),
                "KILTER_MAVEN_REPOSITORY", models.repository().toString());
    }

    /** Where the process is to listen, on the loopback address. */
    int port() {
        return port;
    }

    private Path cache() {
        return work.resolve("models");
    }

    /** The folder into which the process has unpacked what it needs. */
    Path nativeLibraries() {
        return cache().resolve("native");
    }

    @Override
    public void with(Process program) throws IOException, InterruptedException {
        awaitReady(program);
        get(http2, "/v2"); // Over to HTTP/2, so that gRPC can follow on the same connection.
        for (int round = 0; round < ROUNDS; round++) {
            infer("numbers", NUMBERS);
            binary();
            grpc("/inference.GRPCInferenceService/ModelReady", Protobuf.of().text(1, "numbers"));
            grpc("/inference.GRPCInferenceService/ModelInfer", numbers());
            grpc("/grpc.health.v1.Health/Check", Protobuf.of());
            if (models.text().isPresent()) {
                infer("words", WORDS);
                post("/v1/predict", "application/json", PREDICT.getBytes(StandardCharsets.UTF_8), Map.of());
            }
            get(http1, "/v2/health/ready");
            get(http1, "/kilter/v1/load");
            get(http1, "/metrics");
        }
    }

    private static final String NUMBERS = """
            {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1.5, -2, 3e2]},
                        {"name": "ids", "datatype": "INT64", "shape": [1, 2], "data": [1, 2]}]}""";
    private static final String WORDS = """
            {"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["Where is my card?"]}]}""";
    private static final String PREDICT = """
            {"model": "words", "instances": ["Where is my card?"]}""";
    private static final String BINARY = """
            {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 3], "parameters": {"binary_data_size": 12}},
                        {"name": "ids", "datatype": "INT64", "shape": [1, 2], "parameters": {"binary_data_size": 16}}],
             "parameters": {"binary_data_output": true}}""";

    private void awaitReady(Process program) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!ready()) {
            if (!program.isAlive()) {
                throw new IOException("the serving process ended with " + program.exitValue());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the serving process was not ready within " + START.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private boolean ready() throws InterruptedException {
        try {
            return http1.send(request("/v2/health/ready").build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void infer(String model, String body) throws IOException, InterruptedException {
        post("/v2/models/" + model + "/infer", "application/json", body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private void binary() throws IOException, InterruptedException {
        byte[] header = BINARY.getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(header.length + 28)
                .put(header)
                .put(tensors())
                .array();
        post(
                "/v2/models/numbers/infer",
                "application/octet-stream",
                body,
                Map.of("Inference-Header-Content-Length", Integer.toString(header.length)));
    }

    private static byte[] tensors() {
        return ByteBuffer.allocate(28)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(2)
                .putFloat(3)
                .putLong(1)
                .putLong(2)
                .array();
    }

    private static Protobuf numbers() {
        byte[] tensors = tensors();
        return Protobuf.of()
                .text(1, "numbers")
                .message(
                        5,
                        Protobuf.of().text(1, "x").text(2, "FP32").number(3, 1).number(3, 3))
                .message(
                        5,
                        Protobuf.of()
                                .text(1, "ids")
                                .text(2, "INT64")
                                .number(3, 1)
                                .number(3, 2))
                .bytes(7, ByteBuffer.wrap(tensors, 0, 12))
                .bytes(7, ByteBuffer.wrap(tensors, 12, 16));
    }

    private void grpc(String path, Protobuf message) throws IOException, InterruptedException {
        byte[] payload = message.toBytes();
        byte[] frame = ByteBuffer.allocate(5 + payload.length)
                .put((byte) 0)
                .putInt(payload.length)
                .put(payload)
                .array();
        HttpRequest request = request(path)
                .header("Content-Type", "application/grpc")
                .header("TE", "trailers")
                .POST(BodyPublishers.ofByteArray(frame))
                .build();
        HttpResponse<byte[]> answer = http2.send(request, BodyHandlers.ofByteArray());
        // A status in the headers means that there is no message.
        if (answer.headers().firstValue("grpc-status").isPresent()) {
            throw new IOException(path + ": gRPC " + answer.headers().map());
        }
    }

    private void post(String path, String type, byte[] body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        answered(http1, request.build());
    }

    private void get(HttpClient client, String path) throws IOException, InterruptedException {
        answered(client, request(path).build());
    }

    private static void answered(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + ": status " + answer.statusCode() + ", " + answer.body());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER);
    }
}
