package dev.kilter.cli.load.request;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.kilter.cli.load.wire.WireRequest;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.kilter.protocol.inference.ModelMetadataRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a server for a model's signature, makes requests that fit, and tries the first of them: what is wrong with it is
 * better told once, in the server's own words, than counted a million times.
 *
 * @param base {@code http://HOST:PORT} or {@code https://HOST:PORT}
 * @param model its name in requests
 * @param batch what a variable first dimension becomes
 * @param shapes by input name, instead of the signature's
 * @param file requests to take instead of made-up ones
 */
public record Requests(
        URI base,
        Dialect dialect,
        String model,
        Filling filling,
        long batch,
        Map<String, List<Long>> shapes,
        Optional<Path> file) {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * The requests, tried.
     *
     * @throws IllegalArgumentException if the server is not there, does not know the model or does not take the request
     */
    public List<WireRequest> make() throws InterruptedException {
        List<List<InputTensor>> inputs =
                file.isPresent() ? InputFile.read(file.get()) : filling.inputs(signature(), batch, shapes);
        if (dialect == Dialect.GRPC) {
            tryGrpc(inputs.getFirst());
        }
        List<WireRequest> requests =
                inputs.stream().map(tensors -> dialect.write(model, tensors)).toList();
        if (dialect != Dialect.GRPC) {
            tryRest(requests.getFirst());
        }
        return requests;
    }

    private Signature signature() throws InterruptedException {
        if (dialect == Dialect.GRPC) {
            try {
                return Signature.of(stub().modelMetadata(
                                ModelMetadataRequest.newBuilder().setName(model).build()));
            } catch (StatusRuntimeException e) {
                throw unusable("ModelMetadata of " + model, e.getStatus().toString(), e);
            }
        }
        URI uri = base.resolve("/v2/models/" + model);
        try {
            return Signature.of(new ObjectMapper().readTree(ask(HttpRequest.newBuilder(uri))));
        } catch (IOException e) {
            throw unusable(uri.toString(), "not JSON: " + e.getMessage(), e);
        }
    }

    private void tryRest(WireRequest request) throws InterruptedException {
        HttpRequest.Builder post = HttpRequest.newBuilder(base.resolve(request.path()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach(post::header);
        ask(post);
    }

    private void tryGrpc(List<InputTensor> inputs) {
        try {
            stub().modelInfer(Dialect.message(model, inputs));
        } catch (StatusRuntimeException e) {
            throw unusable("ModelInfer of " + model, e.getStatus().toString(), e);
        }
    }

    private GRPCInferenceServiceBlockingStub stub() {
        return GrpcClients.builder("gproto+" + base.getScheme() + "://" + base.getAuthority())
                .responseTimeout(PATIENCE)
                .maxResponseLength(0)
                .build(GRPCInferenceServiceBlockingStub.class);
    }

    private byte[] ask(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest asked =
                request.timeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<byte[]> answer = client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
                throw unusable(
                        asked.method() + " " + asked.uri(),
                        "status " + answer.statusCode() + " " + text.substring(0, Math.min(300, text.length())),
                        null);
            }
            return answer.body();
        } catch (IOException e) {
            throw unusable(asked.method() + " " + asked.uri(), reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() + ", is a server there?" : e.getMessage();
    }

    private static IllegalArgumentException unusable(String what, String reason, Throwable cause) {
        return new IllegalArgumentException(what + ": " + reason, cause);
    }
}
