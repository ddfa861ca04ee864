package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.eventually;
import static dev.kilter.gateway.GatewayFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.ClientRequestContextCaptor;
import com.linecorp.armeria.client.Clients;
import com.linecorp.armeria.common.SessionProtocol;
import dev.kilter.network.PersistentClient;
import io.netty.channel.Channel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import org.junit.jupiter.api.RepeatedTest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How a gateway goes: clients are told, what is in flight is answered, the sources end last. */
class LeavingTest {

    @Test
    void whatWaitsForAPodWhenTheGatewayClosesStillHearsOfOne() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture(GatewayFixture.config(Duration.ofSeconds(8), 1)).routing("m");
                FakePod pod = new FakePod("late")) {
            var waiting = fixture.infer("m");
            eventually(() -> fixture.load("m").offered() == 1);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(fixture.gateway::close);
            eventually(() -> !fixture.gateway.ready());
            fixture.ready("m", pod); // Heard of only if the sources have not ended.
            assertThat(waiting.join().contentUtf8()).isEqualTo("late");
            closed.join();
        }
    }

    @Test
    void whatRunsWhenTheGatewayClosesIsAnswered() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("slow").taking(Duration.ofMillis(800))) {
            fixture.ready("m", pod);
            var rest = fixture.infer("m");
            var http1 = fixture.client(SessionProtocol.H1C)
                    .post("/v2/models/m/infer", "{}")
                    .aggregate();
            var grpc = fixture.grpc(INFER, frame("m"));
            eventually(() -> pod.received() == 3);
            fixture.gateway.close();
            assertThat(rest.join().contentUtf8()).isEqualTo("slow");
            assertThat(http1.join().contentUtf8()).isEqualTo("slow");
            assertThat(code(grpc.join())).isZero();
        }
    }

    @Test
    void whatAPodStillWorksOnWhenItGoesIsWaitedFor() {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod =
                        new FakePod("slow").taking(Duration.ofMillis(1500)).leaving()) {
            fixture.ready("m", pod);
            assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("slow");
        }
    }

    @RepeatedTest(3)
    void requestsDuringTheCloseAreAnsweredOrNotTaken() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("pod").taking(Duration.ofMillis(10));
                ClientFactory factory =
                        ClientFactory.builder().maxNumEventLoopsPerEndpoint(4).build()) {
            fixture.ready("m", pod);
            CountDownLatch busy = new CountDownLatch(50);
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                WebClient client = WebClient.builder("h2c://127.0.0.1:" + fixture.gateway.port())
                        .factory(factory)
                        .build();
                callers.add(PersistentClient.askUntilNobodyListens(
                        () -> client.post("/v2/models/m/infer", "{}").aggregate(), busy));
            }
            busy.await();
            fixture.gateway.close();
            for (CompletableFuture<Void> caller : callers) {
                caller.get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void anIdleHttp2ConnectionIsToldToGoAndTheNextOneIsServed() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("pod")) {
            fixture.ready("m", pod);
            Channel idle = connectionOfAnAnswer(fixture);
            assertThat(idle.isActive()).isTrue();
            fixture.gateway.drain();
            eventually(() -> !idle.isActive());
            assertThat(connectionOfAnAnswer(fixture)).isNotSameAs(idle);
        }
    }

    private static Channel connectionOfAnAnswer(GatewayFixture fixture) {
        try (ClientRequestContextCaptor captor = Clients.newContextCaptor()) {
            assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("pod");
            return captor.get().log().whenComplete().join().channel();
        }
    }

    @Test
    void anHttp1ConnectionIsToldToGoWithItsNextAnswer() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("pod");
                Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            fixture.ready("m", pod);
            client.setSoTimeout(10_000);
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(exchange(client, answers)).noneMatch(line -> line.equalsIgnoreCase("connection: close"));
            fixture.gateway.drain();
            assertThat(exchange(client, answers)).anyMatch(line -> line.equalsIgnoreCase("connection: close"));
            assertThat(answers.readLine()).as("after the last answer").isNull();
        }
    }

    private static List<String> exchange(Socket client, BufferedReader answers) throws Exception {
        client.getOutputStream()
                .write("POST /v2/models/m/infer HTTP/1.1\r\nHost: m\r\nContent-Length: 2\r\n\r\n{}"
                        .getBytes(StandardCharsets.US_ASCII));
        List<String> headers = new ArrayList<>();
        for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
            headers.add(line);
        }
        char[] body = new char[3];
        assertThat(answers.read(body)).isEqualTo(3);
        assertThat(new String(body)).isEqualTo("pod");
        return headers;
    }

    @Test
    void clientsUnderLoadSeeNothingOfAGatewayThatIsReplaced() throws InterruptedException {
        try (FakePod pod = new FakePod("pod").taking(Duration.ofMillis(3));
                GatewayFixture first = new GatewayFixture().routing("m").ready("m", pod);
                GatewayFixture second = new GatewayFixture().routing("m").ready("m", pod);
                Callers callers = new Callers(first, 8)) {
            eventually(() -> callers.good() > 100);
            first.gateway.drain();
            int before = callers.good();
            eventually(() -> callers.good() > before + 100); // Whoever has not heard of it yet is served.
            callers.moveTo(second);
            int moved = callers.good();
            eventually(() -> callers.good() > moved + 100); // Nobody is on the way to the first any more.
            first.gateway.close();
            int after = callers.good();
            eventually(() -> callers.good() > after + 100);
            assertThat(callers.bad()).isEmpty();
            assertThat(first.load("m").offered()).isEqualTo(first.load("m").answered());
        }
    }
}
