package dev.kilter.runtime.benchmark;

import dev.kilter.network.Http2Wire;
import com.google.protobuf.ByteString;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferRequest.InferInputTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Closed loops against servers on this machine, by REST with binary tensors and by gRPC with raw ones, each caller
 * sending its next request when it has the answer to the last: {@code EdgeBenchmark ROUNDS SECONDS NAME=PORT…}. The
 * servers are driven in turn in each round; the table has medians and the spread over rounds. Written on sockets, with
 * requests made beforehand, because generator and event loop share a core of a small machine.
 */
final class EdgeBenchmark {

    /** In each direction, beside the envelope. */
    static final int FLOATS = 256;

    private static final int[] CALLERS = {1, 32};

    private EdgeBenchmark() {}

    public static void main(String[] args) throws IOException {
        int rounds = Integer.parseInt(args[0]);
        double seconds = Double.parseDouble(args[1]);
        Map<String, Integer> targets = new LinkedHashMap<>();
        for (String target : Arrays.copyOfRange(args, 2, args.length)) {
            targets.put(target.split("=")[0], Integer.valueOf(target.split("=")[1]));
        }
        for (int callers : CALLERS) {
            run("REST binary", callers, rounds, seconds, targets);
            run("gRPC raw", callers, rounds, seconds, targets);
        }
    }

    private static void run(String protocol, int callers, int rounds, double seconds, Map<String, Integer> targets)
            throws IOException {
        Map<String, Closed[]> results = new LinkedHashMap<>();
        targets.keySet().forEach(name -> results.put(name, new Closed[rounds]));
        for (int round = -1; round < rounds; round++) { // the first warms up and is not counted
            for (Map.Entry<String, Integer> target : targets.entrySet()) {
                Closed result = protocol.startsWith("REST")
                        ? RestLoop.run(target.getValue(), rest(), callers, seconds)
                        : GrpcLoop.run(target.getValue(), grpcHeaders(), grpcFrame(), callers, seconds);
                if (round >= 0) {
                    results.get(target.getKey())[round] = result;
                }
            }
        }
        results.forEach((name, each) -> print(protocol, callers, name, each));
    }

    /** @param p50Micros of each request, from before its write to after its answer's last byte */
    record Closed(double perSecond, double p50Micros, double p99Micros) {
        static Closed of(long[] nanos, int count, long elapsedNanos) {
            if (count == 0) {
                throw new IllegalStateException("no answer in " + elapsedNanos / 1e9 + " s");
            }
            long[] sorted = Arrays.copyOf(nanos, Math.min(count, nanos.length));
            Arrays.sort(sorted);
            return new Closed(
                    count * 1e9 / elapsedNanos,
                    sorted[sorted.length / 2] / 1e3,
                    sorted[(int) (sorted.length * 0.99)] / 1e3);
        }
    }

    private static void print(String protocol, int callers, String name, Closed[] rounds) {
        double[] rates =
                Arrays.stream(rounds).mapToDouble(Closed::perSecond).sorted().toArray();
        double[] p50 =
                Arrays.stream(rounds).mapToDouble(Closed::p50Micros).sorted().toArray();
        double[] p99 =
                Arrays.stream(rounds).mapToDouble(Closed::p99Micros).sorted().toArray();
        int middle = rounds.length / 2;
        System.out.printf(
                Locale.ROOT,
                "%-11s %2d callers  %-8s %8.0f/s (%.0f..%.0f)  p50 %7.1f us (%.1f..%.1f)  p99 %8.1f us%n",
                protocol,
                callers,
                name,
                rates[middle],
                rates[0],
                rates[rates.length - 1],
                p50[middle],
                p50[0],
                p50[p50.length - 1],
                p99[middle]);
    }

    private static byte[] rest() {
        int bytes = FLOATS * Float.BYTES;
        byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"shape\":[1," + FLOATS
                        + "],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":" + bytes
                        + "}}],\"parameters\":{\"binary_data_output\":true}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST /v2/models/m/infer HTTP/1.1\r\nHost: localhost\r\nInference-Header-Content-Length: "
                        + json.length + "\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                        + (json.length + bytes) + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        return Http2Wire.concat(head, json, new byte[bytes]);
    }

    private static byte[] grpcHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", "/inference.GRPCInferenceService/ModelInfer");
        headers.put(":authority", "localhost");
        headers.put("content-type", "application/grpc");
        headers.put("te", "trailers");
        headers.put("user-agent", "edge-benchmark");
        return Http2Wire.headers(headers);
    }

    private static byte[] grpcFrame() {
        byte[] message = ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(FLOATS))
                .addRawInputContents(ByteString.copyFrom(new byte[FLOATS * Float.BYTES]))
                .build()
                .toByteArray();
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }
}
