package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.eventually;
import static dev.kilter.gateway.GatewayFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.SessionProtocol;
import dev.kilter.gateway.routing.PodAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that break the protocol, say nothing or say too much. */
class RoughPeersTest {

    /** Listens where a pod should, and answers whatever comes with these bytes; with none: says nothing, ever. */
    private static final class RoughPod implements AutoCloseable {

        private final ServerSocket socket;
        final AtomicInteger connections = new AtomicInteger();

        RoughPod(String says) throws IOException {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> accept(says.getBytes(StandardCharsets.US_ASCII)));
        }

        private void accept(byte[] says) {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> answer(client, says));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private static void answer(Socket client, byte[] says) {
            try (client) {
                client.getInputStream().read();
                client.getOutputStream().write(says);
                client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException gone) {
                // As it should be: the gateway has had enough of it.
            }
        }

        PodAddress address() {
            return new PodAddress("127.0.0.1", socket.getLocalPort());
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void aPodThatAcceptsAndNeverAnswersIsLeftAloneAfterAFewDeadlines() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod fine = new FakePod("fine");
                RoughPod silent = new RoughPod("")) {
            fixture.ready("m", fine).infer("m").join(); // From now on it answers well within the deadline.
            fixture.endpoints.setReady("m", List.of(silent.address(), fine.address()));
            int lost = 0;
            for (int i = 0; i < 40; i++) {
                int status = fixture.post("/v2/models/m/infer", "{}", "x-request-timeout-micros", "300000")
                        .join()
                        .status()
                        .code();
                assertThat(status).isIn(200, 504);
                lost += status == 504 ? 1 : 0;
            }
            assertThat(silent.connections.get()).isPositive();
            assertThat(lost).isLessThanOrEqualTo(8);
            eventually(() -> fixture.load("m").pools().getFirst().outstanding() == 0);
        }
    }

    @Test
    void aPodThatMissesDeadlinesIsStillCalledWhereThereIsNoOther() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                RoughPod silent = new RoughPod("")) {
            fixture.endpoints.setReady("m", List.of(silent.address()));
            for (int i = 0; i < 6; i++) {
                int status = fixture.post("/v2/models/m/infer", "{}", "x-request-timeout-micros", "50000")
                        .join()
                        .status()
                        .code();
                assertThat(status)
                        .as("call %s: sent, and not refused for want of a pod", i)
                        .isEqualTo(504);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
            })
    void aPodThatDoesNotSpeakHttp2IsTypedAsABadGatewayOrPassedOver(String says) throws Exception {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                RoughPod garbage = new RoughPod(says)) {
            fixture.endpoints.setReady("m", List.of(garbage.address()));
            assertThat(fixture.post("/v2/models/m/infer", "{}", "x-request-timeout-micros", "5000000")
                            .join()
                            .status()
                            .code())
                    .isIn(502, 503);
            assertThat(code(fixture.grpc(INFER, frame("m"), "grpc-timeout", "5S")
                            .join()))
                    .isIn(2, 14);
            eventually(() -> fixture.load("m").failed() + fixture.load("m").refused() == 2);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SessionProtocol.class,
            names = {"H1C", "H2C"})
    void hugeHeadersEndTheirOwnRequestAlone(SessionProtocol protocol) {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("pod")) {
            fixture.ready("m", pod);
            var huge = fixture.client(protocol)
                    .prepare()
                    .post("/v2/models/m/infer")
                    .header("x-huge", "x".repeat(1 << 20))
                    .content("{}")
                    .execute()
                    .aggregate()
                    .handle((response, cause) ->
                            cause != null ? "broken off" : response.status().codeAsText());
            assertThat(huge.join()).isIn("broken off", "431", "400");
            assertThat(pod.received()).isZero();
            assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("pod");
        }
    }

    @Test
    void aClientThatSendsItsBodyTooSlowlyIsCutOff() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture(
                                GatewayFixture.config(1 << 20, 2 << 20, Duration.ofMillis(500)))
                        .routing("m");
                FakePod pod = new FakePod("pod");
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            fixture.ready("m", pod);
            slow.setSoTimeout(10_000);
            slow.getOutputStream()
                    .write("POST /v2/models/m/infer HTTP/1.1\r\nHost: m\r\nContent-Length: 9\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] status = slow.getInputStream().readNBytes("HTTP/1.1 504".length());
            assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 504");
            assertThat(pod.received()).isZero();
        }
    }
}
