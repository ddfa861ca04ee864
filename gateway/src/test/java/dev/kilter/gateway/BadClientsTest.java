package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import dev.kilter.network.ConnectionLimits;
import dev.kilter.network.EdgeLog;
import dev.kilter.network.Flood;
import dev.kilter.network.Http2Wire;
import dev.kilter.network.RawConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are silent, rude or hostile: each gets its due, and the next one is served. */
@Timeout(120)
class BadClientsTest {

    private static final Duration MUCH = Duration.ofMinutes(10);
    private static final String POST = "POST /v2/models/m/infer HTTP/1.1\r\nHost: m\r\nContent-Length: 2\r\n\r\n{}";

    private final FakePod pod = new FakePod("pod");
    private GatewayFixture fixture;

    @BeforeAll
    static void haveTheLogForOneself() {
        GatewayFixture.awaitThoseThatEnd();
    }

    private void start(int resets, Duration firstRequest, Duration idle) {
        fixture = new GatewayFixture(
                        GatewayFixture.config(new ConnectionLimits(16, 500, resets, 100, firstRequest, idle)))
                .routing("m")
                .ready("m", pod);
    }

    @AfterEach
    void stop() throws InterruptedException {
        pod.taking(Duration.ZERO);
        eventually(this::served);
        eventually(() -> fixture.load("m").pools().getFirst().outstanding() == 0);
        fixture.close();
        pod.close();
    }

    /** No, where its connection was closed before its request came, as may be on a busy machine. */
    private boolean served() {
        return fixture.infer("m")
                .handle((answer, failure) ->
                        failure == null && answer.contentUtf8().equals("pod"))
                .join();
    }

    private RawConnection connect() throws IOException {
        return new RawConnection(fixture.gateway.port());
    }

    private static byte[] post(int stream) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":method", "POST");
        headers.put(":scheme", "http");
        headers.put(":path", "/v2/models/m/infer");
        headers.put(":authority", "m");
        return Http2Wire.concat(
                Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, Http2Wire.headers(headers)),
                Http2Wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, new byte[] {'{', '}'}));
    }

    @ParameterizedTest
    @EnumSource
    void aFloodOfFramesThatCarryNothingEndsTheConnection(Flood flood) throws IOException {
        start(100, MUCH, MUCH);
        try (EdgeLog log = new EdgeLog();
                RawConnection busy = connect()) {
            busy.sendAsFarAsItGoes(flood.of(400));
            busy.readAll(); // its end came
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(": HTTP/2 connection ended, ENHANCE_YOUR_CALM: ");
        }
    }

    /** What Armeria would have to say of each is more than a screen. */
    @Test
    void requestsThatAreNoneFillNoLog() throws Exception {
        start(100, MUCH, MUCH);
        try (EdgeLog log = new EdgeLog()) {
            for (int i = 0; i < 10; i++) {
                try (RawConnection broken = connect()) {
                    broken.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: a\"b\r\n\r\n");
                    broken.readAll();
                }
            }
            assertThat(log.lines()).isEmpty();
        }
        LoggerContext deployed = new LoggerContext();
        JoranConfigurator configuration = new JoranConfigurator();
        configuration.setContext(deployed);
        configuration.doConfigure(GatewayMain.class.getResource("/logback.xml"));
        Logger sameOfThePod = deployed.getLogger("com.linecorp.armeria.server.Http1RequestDecoder");
        assertThat(sameOfThePod.isErrorEnabled()).isFalse();
        deployed.stop();
    }

    @Test
    void streamsThatAreResetFasterThanAnybodyGivesUpEndTheConnection() throws IOException {
        start(20, MUCH, MUCH);
        try (RawConnection rapid = connect()) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            many.writeBytes(Http2Wire.opening());
            for (int stream = 1; stream < 100; stream += 2) {
                many.writeBytes(post(stream));
                many.writeBytes(Http2Wire.frame(Http2Wire.RST_STREAM, 0, stream, Http2Wire.ints(8)));
            }
            rapid.sendAsFarAsItGoes(many.toByteArray());
            rapid.readAll(); // its end came
        }
    }

    @Test
    void whoMakesNoRequestIsClosed() throws IOException {
        start(100, Duration.ofSeconds(1), MUCH);
        try (RawConnection slow = connect();
                RawConnection silent = connect()) {
            slow.send("POST /v2/models/m/infer HTTP/1.1\r\nHost: m\r\nX-A");
            assertThat(slow.readAll()).isEmpty();
            assertThat(silent.readAll()).isEmpty();
        }
    }

    /** One that vanished without a word, its connection half open, looks the same from here. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoFallsSilentAfterItsRequestIsClosed(boolean http2) throws IOException {
        start(100, MUCH, Duration.ofSeconds(1));
        try (RawConnection idle = connect()) {
            if (http2) {
                idle.send(Http2Wire.concat(Http2Wire.opening(), post(1)));
                assertThat(idle.readFrame(1)).isEqualTo(Http2Wire.HEADERS);
            } else {
                idle.send(POST);
                assertThat(idle.readLine()).isEqualTo("HTTP/1.1 200 OK");
            }
            idle.readAll(); // its end came
        }
    }

    /** As servers do that stop what nobody waits for: one that has gone for good looks the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoEndsItsSideOfTheConnectionHasGoneAndThePodIsTold(boolean http2) throws Exception {
        start(100, MUCH, MUCH);
        pod.taking(Duration.ofSeconds(30));
        try (RawConnection half = connect()) {
            if (http2) {
                half.send(Http2Wire.concat(Http2Wire.opening(), post(1)));
            } else {
                half.send(POST);
            }
            eventually(() -> pod.received() == 1);
            half.endSending();
            assertThat(half.readAll()).doesNotContain("HTTP/1.1 200"); // and its end came
            eventually(() -> pod.cancelled() == 1);
        }
    }
}
