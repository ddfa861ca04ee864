package dev.kilter.autoscaler.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadScraperTest {

    private static final String GATEWAY = "{\"startedAtMillis\":1,\"atMillis\":2,\"models\":[]}";

    /** The first request of a process may take long on a busy machine. */
    private final LoadScraper scraper = new LoadScraper(Duration.ofSeconds(30));

    private final CountDownLatch ended = new CountDownLatch(1);
    private HttpServer server;
    private volatile String body = GATEWAY;
    private volatile int status = 200;
    private volatile boolean trickles;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/kilter/v1/load", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        scraper.close();
        server.stop(0);
    }

    @Test
    void readsAReport() {
        assertThat(ask(address())).isInstanceOf(Reading.Report.class);
    }

    @Test
    void whateverIsNoReportIsMissing() {
        for (String text : List.of("", "no JSON", "[]", "{\"startedAtMillis\":1,\"atMillis\":2}", "[".repeat(5000))) {
            body = text;
            assertThat(ask(address())).as(text).isInstanceOf(Reading.Missing.class);
        }
    }

    @Test
    void aReportOfAnotherShapeIsToldWithItsPath() {
        body = "[]";
        assertThat(ask(address())).isEqualTo(new Reading.Missing<>("its report at /kilter/v1/load cannot be read"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            404 | look whether its address and port are of something else
            403 | let the autoscaler read it without credentials
            302 | let it answer itself, without a redirect
            503 | look in the log of what answers there
            """)
    void anyStatusBut200IsToldWithThePathAndWhatToDo(int code, String nextStep) {
        status = code;
        assertThat(ask(address()))
                .isEqualTo(
                        new Reading.Missing<>("status " + code + " for /kilter/v1/load (expected: 200); " + nextStep));
    }

    @Test
    void aReportOfManyMegabytesIsNotRead() {
        body = " ".repeat(2 << 20) + GATEWAY;
        assertThat(ask(address()))
                .isEqualTo(new Reading.Missing<>("its report at /kilter/v1/load has more than 1048576 bytes"));
    }

    @Test
    void aSourceThatIsNotThereIsMissing() {
        assertThat(ask(Optional.of("127.0.0.1:1"))).isInstanceOf(Reading.Missing.class);
        assertThat(ask(Optional.empty())).isEqualTo(new Reading.Missing<>("no address yet"));
    }

    @Test
    void aBodyThatTricklesIsOutOfTime() {
        assertThat(ask(address())).isInstanceOf(Reading.Report.class);
        trickles = true;
        try (LoadScraper impatient = new LoadScraper(Duration.ofSeconds(1))) {
            assertThat(ask(impatient, address())).isEqualTo(new Reading.Missing<>("out of time"));
        }
    }

    private Reading<?> ask(Optional<String> address) {
        return ask(scraper, address);
    }

    private static Reading<?> ask(LoadScraper scraper, Optional<String> address) {
        LoadSnapshot snapshot = scraper.read(List.of(new LoadScraper.Source("ns", "", "g1", address)), List.of());
        return snapshot.gateways().getFirst().reading();
    }

    private Optional<String> address() {
        return Optional.of("127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, 0);
            if (trickles) {
                exchange.getResponseBody().flush();
                ended.await();
            }
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
