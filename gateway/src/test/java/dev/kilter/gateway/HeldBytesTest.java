package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.eventually;
import static dev.kilter.gateway.GatewayFixture.framed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All bodies together are bounded: requests that arrive, answers that are not read. */
class HeldBytesTest {

    private static final int MIB = 1 << 20;
    private static final Duration LONG = Duration.ofMinutes(1);

    /** A body of the largest size, of which the budget holds one and a half. */
    private static final String LARGE = "x".repeat(MIB);

    private static GatewayFixture holdingTwoMib() {
        return new GatewayFixture(GatewayFixture.config(MIB, 2 * MIB, LONG)).routing("m");
    }

    @Test
    void aRequestThatDoesNotFitBesideTheOthersIsRefusedAndFitsWhenTheyAreGone() throws InterruptedException {
        try (GatewayFixture fixture = holdingTwoMib();
                FakePod pod = new FakePod("pod")) {
            CompletableFuture<HttpResponse> held = new CompletableFuture<>();
            pod.answering(request -> HttpResponse.of(held));
            fixture.ready("m", pod);
            var first = fixture.post("/v2/models/m/infer", LARGE);
            eventually(() -> pod.received() == 1);

            AggregatedHttpResponse rest =
                    fixture.post("/v2/models/m/infer", LARGE).join();
            assertThat(rest.status().code()).isEqualTo(429);
            assertThat(rest.headers().get("retry-after")).isEqualTo("1");
            assertThat(rest.contentUtf8()).contains("does not fit").contains("2097152 bytes");
            assertThat(code(fixture.grpc(INFER, framed(0, new byte[MIB - 16])).join()))
                    .isEqualTo(8);
            assertThat(metric(fixture, "bodies_refused_total{of=\"request\",}")).isEqualTo(2);

            held.complete(HttpResponse.of(200));
            assertThat(first.join().status().code()).isEqualTo(200);
            eventually(() -> metric(fixture, "body_bytes") == 0);
            pod.answering(request -> HttpResponse.of(200));
            assertThat(fixture.post("/v2/models/m/infer", LARGE).join().status().code())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SessionProtocol.class,
            names = {"H1C", "H2C"})
    void aBodyOfUntoldLengthIsRefusedWhereItNoLongerFits(SessionProtocol protocol) throws InterruptedException {
        try (GatewayFixture fixture = holdingTwoMib();
                FakePod pod = new FakePod("pod")) {
            fixture.ready("m", pod);
            HttpRequestWriter begun = begin();
            var first = fixture.client(SessionProtocol.H2C).execute(begun).aggregate();
            begun.write(HttpData.wrap(new byte[MIB - 1]));
            eventually(() -> metric(fixture, "body_bytes") == MIB - 1);

            HttpRequestWriter tooMuch = begin();
            var second = fixture.client(protocol).execute(tooMuch).aggregate();
            tooMuch.write(HttpData.wrap(new byte[MIB - 1]));
            assertThat(second.join().status().code()).isEqualTo(429);
            eventually(() -> metric(fixture, "body_bytes") == MIB - 1);

            begun.close();
            assertThat(first.join().contentUtf8()).isEqualTo("pod");
            eventually(() -> metric(fixture, "body_bytes") == 0);
        }
    }

    @Test
    void clientsThatDoNotReadAreCutOffAndAnswersThatDoNotFitMeanwhileAreGivenUp() throws Exception {
        int answer = 9 * MIB; // More than the kernel's buffers take.
        try (GatewayFixture fixture = new GatewayFixture(GatewayFixture.config(answer, 13 * MIB, Duration.ofSeconds(2)))
                        .routing("m");
                FakePod pod = new FakePod("pod").answering(request -> HttpResponse.of("x".repeat(answer)));
                Socket reader = new Socket()) {
            fixture.ready("m", pod);
            reader.setReceiveBufferSize(4096);
            reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.gateway.port()));
            reader.getOutputStream()
                    .write("POST /v2/models/m/infer HTTP/1.1\r\nHost: m\r\nContent-Length: 2\r\n\r\n{}"
                            .getBytes(StandardCharsets.US_ASCII));
            eventually(() -> metric(fixture, "body_bytes") == answer + 2);

            AggregatedHttpResponse other = fixture.infer("m").join();
            assertThat(other.status().code()).isEqualTo(429);
            assertThat(other.contentUtf8()).contains("the answer does not fit").contains("was run");
            assertThat(metric(fixture, "bodies_refused_total{of=\"answer\",}")).isEqualTo(1);
            eventually(() -> fixture.load("m").refused() == 1);

            eventually(() -> metric(fixture, "body_bytes") == 0);
            assertThat(readAll(reader)).isLessThan(answer);
            assertThat(fixture.infer("m").join().content().length()).isEqualTo(answer);
        }
    }

    @Test
    void aClientThatHangsUpGivesItsBytesBack() throws Exception {
        try (GatewayFixture fixture = holdingTwoMib();
                FakePod pod = new FakePod("slow").taking(LONG)) {
            fixture.ready("m", pod);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
                client.getOutputStream()
                        .write("POST /v2/models/m/infer HTTP/1.1\r\nHost: m\r\nContent-Length: 9\r\n\r\n{}"
                                .getBytes(StandardCharsets.US_ASCII));
                eventually(() -> metric(fixture, "body_bytes") == 2);
            }
            eventually(() -> metric(fixture, "body_bytes") == 0);
            assertThat(pod.received()).isZero();
        }
    }

    @Test
    void aBoundBelowTheLargestRequestIsRefusedByName() {
        assertThatThrownBy(() -> GatewayFixture.config(MIB, MIB, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxHeldBytes: 1048576 (expected: at least 4/3 of maxRequestBytes, 1048576)");
    }

    private static HttpRequestWriter begin() {
        return HttpRequest.streaming(RequestHeaders.of(HttpMethod.POST, "/v2/models/m/infer"));
    }

    private static long readAll(Socket socket) {
        try {
            return socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException reset) {
            return 0;
        }
    }

    private static long metric(GatewayFixture fixture, String name) {
        String prefix = "kilter_gateway_" + name + " ";
        return fixture.get("/metrics", "any")
                .join()
                .contentUtf8()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> (long) Double.parseDouble(line.substring(prefix.length())))
                .findFirst()
                .orElseThrow();
    }
}
