package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.network.ConnectionLimits;
import dev.kilter.network.RawConnection;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send too slowly: each is given up in its time, and the next one is served. */
@Timeout(120)
class SlowClientsTest {

    private static final Duration LITTLE = Duration.ofSeconds(1);
    private static final Duration MUCH = Duration.ofSeconds(60);

    private RunningEdge edge;

    /** Each in turn, so that a busy machine cannot make the other one pass. */
    private void start(Duration body, Duration firstRequest) {
        edge = new RunningEdge(
                EchoCalls.models(),
                new ConnectionLimits(16, 16, 16, 16, firstRequest, MUCH),
                new ServerConfig.Patience(MUCH, body, Duration.ofSeconds(10)));
    }

    @AfterEach
    void stop() {
        assertThat(EchoCalls.served(edge)).isTrue();
        assertThat(edge.heldBytes()).isZero();
        edge.close();
    }

    @Test
    void aBodyThatDoesNotArriveIsGivenUp() throws IOException {
        start(LITTLE, MUCH);
        try (RawConnection slow = new RawConnection(edge.port())) {
            slow.send(EchoCalls.head(EchoCalls.GOOD.length()) + EchoCalls.GOOD.substring(0, 10));
            assertThat(slow.readLine()).isEqualTo("HTTP/1.1 504 Gateway Timeout");
        }
        assertThat(edge.models().calls()).isEmpty();
    }

    @Test
    void headersThatDoNotArriveCloseTheConnection() throws IOException {
        start(MUCH, LITTLE);
        try (RawConnection slow = new RawConnection(edge.port());
                RawConnection silent = new RawConnection(edge.port())) {
            slow.send("POST " + EchoCalls.INFER + " HTTP/1.1\r\nHost: x\r\nX-A");
            assertThat(slow.readAll()).isEmpty();
            assertThat(silent.readAll()).isEmpty();
        }
    }

    @Test
    void aConnectionThatMadeARequestOutlivesThePatienceForTheFirst() throws Exception {
        start(MUCH, LITTLE);
        try (RawConnection calm = connectionThatMadeARequest()) {
            try (RawConnection silent = new RawConnection(edge.port())) {
                assertThat(silent.readAll()).isEmpty(); // its patience began after that of the other
            }
            calm.send(EchoCalls.post());
            String line = calm.readLine();
            while (!line.contains("HTTP/1.1")) {
                line = calm.readLine();
            }
            assertThat(line).endsWith("HTTP/1.1 200 OK");
        }
    }

    private RawConnection connectionThatMadeARequest() throws IOException {
        while (true) {
            RawConnection connection = new RawConnection(edge.port());
            connection.send(EchoCalls.post());
            String line = connection.readLine();
            if (!line.isEmpty()) {
                assertThat(line).isEqualTo("HTTP/1.1 200 OK");
                return connection;
            }
            connection.close(); // too late, on a busy machine
        }
    }
}
