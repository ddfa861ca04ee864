package dev.kilter.gateway;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What the gateway adds to a direct call: one caller, both ways in turn, round by round, so that a noisy machine
 * disturbs both alike; gRPC with a small message, then REST with 4 KiB of binary tensor. Run by hand:
 * {@code DataPathBenchmark [ROUNDS [CALLS]]}.
 */
final class DataPathBenchmark {

    private DataPathBenchmark() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int calls = args.length > 1 ? Integer.parseInt(args[1]) : 500;
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("pod");
                ClientFactory factory = ClientFactory.builder().workerGroup(1).build()) {
            fixture.ready("m", pod);
            WebClient direct = client(factory, pod.address().port());
            WebClient through = client(factory, fixture.gateway.port());
            compare("gRPC", direct, through, grpc(), rounds, calls);
            compare("REST binary", direct, through, restBinary(), rounds, calls);
        }
        System.exit(0);
    }

    private static Supplier<HttpRequest> grpc() {
        RequestHeaders headers = RequestHeaders.of(
                HttpMethod.POST, GatewayFixture.INFER, "content-type", "application/grpc", "te", "trailers");
        byte[] frame = GatewayFixture.frame("m");
        return () -> HttpRequest.of(headers, HttpData.wrap(frame));
    }

    private static Supplier<HttpRequest> restBinary() {
        String json = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1024],"
                + "\"parameters\":{\"binary_data_size\":4096}}]}";
        byte[] body = Arrays.copyOf(json.getBytes(StandardCharsets.US_ASCII), json.length() + 4096);
        RequestHeaders headers = RequestHeaders.of(
                HttpMethod.POST,
                "/v2/models/m/infer",
                "content-type",
                "application/octet-stream",
                "inference-header-content-length",
                json.length());
        return () -> HttpRequest.of(headers, HttpData.wrap(body));
    }

    private static void compare(
            String what, WebClient direct, WebClient through, Supplier<HttpRequest> request, int rounds, int calls) {
        measure(direct, request, 3_000);
        measure(through, request, 3_000);
        double[] direct50 = new double[rounds];
        double[] added50 = new double[rounds];
        double[] added99 = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long[] d = measure(direct, request, calls);
            long[] t = measure(through, request, calls);
            direct50[i] = d[calls / 2] / 1e6;
            added50[i] = (t[calls / 2] - d[calls / 2]) / 1e6;
            added99[i] = (t[calls * 99 / 100] - d[calls * 99 / 100]) / 1e6;
        }
        print(what + " direct p50", direct50);
        print(what + " added p50", added50);
        print(what + " added p99", added99);
    }

    private static void print(String what, double[] values) {
        Arrays.sort(values);
        System.out.printf(
                Locale.ROOT,
                "%s: median %.3f ms (rounds from %.3f to %.3f)%n",
                what,
                values[values.length / 2],
                values[0],
                values[values.length - 1]);
    }

    private static WebClient client(ClientFactory factory, int port) {
        return WebClient.builder("h2c://127.0.0.1:" + port).factory(factory).build();
    }

    /** Sorted latencies, nanoseconds. */
    private static long[] measure(WebClient client, Supplier<HttpRequest> request, int calls) {
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            client.execute(request.get()).aggregate().join();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos;
    }
}
