package dev.kilter.gateway;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the gateway adds to a direct call: one caller, a small body, both ways in turn, round by round, so that a noisy
 * machine disturbs both alike. Run by hand: {@code DataPathBenchmark [ROUNDS [CALLS]]}.
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
            measure(direct, 3_000);
            measure(through, 3_000);
            double[] added50 = new double[rounds];
            double[] added99 = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                long[] d = measure(direct, calls);
                long[] t = measure(through, calls);
                added50[i] = (t[calls / 2] - d[calls / 2]) / 1e6;
                added99[i] = (t[calls * 99 / 100] - d[calls * 99 / 100]) / 1e6;
                System.out.printf(
                        Locale.ROOT,
                        "direct p50 %.3f p99 %.3f ms, through the gateway p50 %.3f p99 %.3f ms%n",
                        d[calls / 2] / 1e6,
                        d[calls * 99 / 100] / 1e6,
                        t[calls / 2] / 1e6,
                        t[calls * 99 / 100] / 1e6);
            }
            print("added p50", added50);
            print("added p99", added99);
        }
        System.exit(0);
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
    private static long[] measure(WebClient client, int calls) {
        RequestHeaders headers = RequestHeaders.of(
                HttpMethod.POST, GatewayFixture.INFER, "content-type", "application/grpc", "te", "trailers");
        byte[] frame = GatewayFixture.frame("m");
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            client.execute(HttpRequest.of(headers, HttpData.wrap(frame)))
                    .aggregate()
                    .join();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos;
    }
}
