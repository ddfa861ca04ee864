package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.kilter.gateway.counting.Verdict;
import dev.kilter.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the gateway itself answers where no pod's answer can be passed on.
 *
 * @param status for REST
 * @param grpcCode for gRPC
 * @param verdict what it counts as
 * @param message names the field, the value and what was expected, or what to do next
 */
record Problem(int status, int grpcCode, Verdict verdict, String message) {

    private static final int RETRY_AFTER_SECONDS = 1;
    private static final MediaType GRPC = MediaType.create("application", "grpc");

    static Problem invalid(String message) {
        return new Problem(400, 3, Verdict.INVALID, message);
    }

    static Problem unknownPath(String path) {
        return new Problem(
                404,
                12,
                Verdict.INVALID,
                "path: " + path + " (expected: /v2/models/NAME/..., /v1/predict or a gRPC method of "
                        + "inference.GRPCInferenceService or kilter.v1.InferenceService)");
    }

    static Problem unimplemented(String message) {
        return new Problem(501, 12, Verdict.INVALID, message);
    }

    static Problem unknownModel(String name) {
        return new Problem(
                404, 5, Verdict.INVALID, "model: " + name + " (expected: an InferenceDeployment of this namespace)");
    }

    static Problem oversize(long limitBytes) {
        return new Problem(413, 8, Verdict.INVALID, "body: too large (expected: at most " + limitBytes + " bytes)");
    }

    static Problem requestDoesNotFit(long maxBytes) {
        return new Problem(
                429,
                8,
                Verdict.REFUSED,
                "body: does not fit now beside the others that the gateway holds (at most " + maxBytes
                        + " bytes); try again later");
    }

    static Problem answerDoesNotFit(long maxBytes) {
        return new Problem(
                429,
                8,
                Verdict.REFUSED,
                "the answer does not fit now beside the bodies that the gateway holds (at most " + maxBytes
                        + " bytes); the request was run; try again later");
    }

    static Problem noReadyPod(String model) {
        return new Problem(503, 14, Verdict.REFUSED, "model: " + model + " has no ready pod now; try again later");
    }

    /** Not UNAVAILABLE, which clients repeat by themselves: nobody knows whether the request was run. */
    static Problem lost(String pod, Throwable cause) {
        return new Problem(
                502,
                2,
                Verdict.FAILED,
                "the answer of " + pod + " was lost (" + cause.getClass().getSimpleName()
                        + "); the request may have been run");
    }

    static Problem late() {
        return new Problem(504, 4, Verdict.FAILED, "no answer before the deadline");
    }

    static Problem internal() {
        return new Problem(500, 13, Verdict.FAILED, "the gateway failed; its log says why");
    }

    HttpResponse toResponse(Dialect dialect) {
        return switch (dialect) {
            case REST -> rest();
            case GRPC ->
                HttpResponse.of(ResponseHeaders.builder(200)
                        .contentType(GRPC)
                        .addInt("grpc-status", grpcCode)
                        .add("grpc-message", percentEncoded(message))
                        .endOfStream(true)
                        .build());
        };
    }

    private HttpResponse rest() {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(status).contentType(MediaType.JSON);
        if (status == 503 || status == 429) {
            headers.addInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return HttpResponse.of(headers.build(), HttpData.ofUtf8(Json.write(Map.of("error", message))));
    }

    /** As gRPC's wire format wants it: printable ASCII as it is, the rest in hexadecimal. */
    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append(String.format("%%%02X", b));
            }
        }
        return encoded.toString();
    }
}
