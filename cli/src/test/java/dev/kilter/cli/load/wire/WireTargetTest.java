package dev.kilter.cli.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import dev.kilter.cli.load.LoadGenerator;
import dev.kilter.cli.load.LoadSample;
import dev.kilter.cli.load.LoadStatistics;
import dev.kilter.cli.load.LoadTarget;
import dev.kilter.cli.load.Pace;
import dev.kilter.cli.load.PoissonArrivals;
import dev.kilter.cli.load.RateCurve;
import dev.kilter.cli.load.ReplayedArrivals;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireTargetTest {

    enum Version {
        HTTP1,
        HTTP2
    }

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final NettyLoop loop = new NettyLoop("test-load");

    @AfterEach
    void close() {
        loop.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyRequestIsAnsweredByAServerThatDoesNothing(Version version) throws Exception {
        try (NullServer server = new NullServer()) {
            LoadSample sample = closedLoop(version, server.endpoint(), new byte[600], 8, 20 * SECOND);
            assertThat(sample.answered()).isGreaterThan(8).isEqualTo(sample.scheduled());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bodiesBeyondEveryWindowArriveWhole(Version version) throws Exception {
        int size = 700_001;
        try (Server server = serving((ctx, request) -> HttpResponse.of(request.aggregate()
                .thenApply(whole ->
                        HttpResponse.of(whole.content().length() == size ? HttpStatus.OK : HttpStatus.BAD_REQUEST))))) {
            Pace four = new Pace.OpenLoop(new ReplayedArrivals(new long[4], Duration.ofSeconds(1)));
            LoadStatistics statistics = new LoadStatistics(SECOND, 1);
            LoadSample sample = run(version, endpoint(server), new byte[size], four, statistics, 20 * SECOND);
            assertThat(sample.answered()).as("%s", sample).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatStallsForASecondShowsItInItsP99(Version version) throws Exception {
        AtomicLong stallUntil = new AtomicLong();
        try (Server server =
                serving((ctx, request) -> HttpResponse.of(request.aggregate().thenCompose(_ -> {
                    stallUntil.compareAndSet(0, System.nanoTime() + SECOND);
                    long left = stallUntil.get() - System.nanoTime();
                    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
                    ctx.eventLoop()
                            .schedule(
                                    () -> answer.complete(HttpResponse.of(200)),
                                    Math.max(0, left),
                                    TimeUnit.NANOSECONDS);
                    return answer;
                })))) {
            LoadStatistics statistics = new LoadStatistics(SECOND / 10, 1);
            Pace pace = new Pace.OpenLoop(new PoissonArrivals(RateCurve.constant(200), Duration.ofSeconds(3), 1));
            LoadSample sample = run(version, endpoint(server), new byte[10], pace, statistics, 10 * SECOND);

            // A closed loop of one client would have seen one slow request.
            assertThat(sample.answered()).isEqualTo(sample.scheduled());
            assertThat(sample.total().p99Millis()).isGreaterThan(700);
            assertThat(sample.total().p50Millis()).isLessThan(sample.total().p99Millis());
            assertThat(sample.attainment()).isLessThan(0.75);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalsErrorsAndSilenceAreToldApart(Version version) throws Exception {
        AtomicLong calls = new AtomicLong();
        try (Server server = serving((ctx, request) ->
                HttpResponse.of(request.aggregate().thenApply(_ -> switch ((int) (calls.getAndIncrement() % 3)) {
                    case 0 -> HttpResponse.of(429);
                    case 1 -> HttpResponse.of(500);
                    default -> HttpResponse.streaming();
                })))) {
            LoadSample sample = closedLoop(version, endpoint(server), new byte[10], 3, SECOND / 2);
            assertThat(sample.answered()).isZero();
            assertThat(sample.refused()).isPositive();
            assertThat(sample.failed()).isPositive();
            assertThat(sample.timedOut()).isPositive();
            assertThat(sample.finished()).isEqualTo(sample.scheduled());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereNobodyListensEveryRequestFails(Version version) throws Exception {
        try (Socket held = new Socket()) {
            held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); // so that nobody else can listen
            Endpoint nobody = new Endpoint("127.0.0.1", held.getLocalPort(), false);
            LoadSample sample = closedLoop(version, nobody, new byte[10], 2, 20 * SECOND);
            assertThat(sample.failed()).isPositive().isEqualTo(sample.scheduled());
        }
    }

    @Test
    void theOutcomeOfAGrpcCallIsItsStatusAndNotThatOfHttp() throws Exception {
        try (Server server = serving((ctx, request) -> HttpResponse.of(request.aggregate()
                .thenApply(_ -> HttpResponse.of(ResponseHeaders.builder(200)
                        .add("content-type", "application/grpc")
                        .add("grpc-status", "8")
                        .build()))))) {
            LoadStatistics statistics = new LoadStatistics(SECOND, 1);
            try (Http2Target target =
                    new Http2Target(loop, endpoint(server), requests(new byte[10]), 1, 20 * SECOND, true)) {
                new LoadGenerator(loop, new Pace.ClosedLoop(1, SECOND / 5), target, statistics, 10).run(20 * SECOND);
            }
            LoadSample sample = statistics.sample();
            assertThat(sample.refused()).isPositive().isEqualTo(sample.scheduled());
        }
    }

    private LoadSample closedLoop(Version version, Endpoint endpoint, byte[] body, int clients, long timeout)
            throws InterruptedException {
        LoadStatistics statistics = new LoadStatistics(SECOND, 1);
        return run(version, endpoint, body, new Pace.ClosedLoop(clients, SECOND / 2), statistics, timeout);
    }

    private LoadSample run(
            Version version, Endpoint endpoint, byte[] body, Pace pace, LoadStatistics statistics, long timeout)
            throws InterruptedException {
        LoadTarget target = version == Version.HTTP1
                ? new Http1Target(loop, endpoint, requests(body), 512, timeout)
                : new Http2Target(loop, endpoint, requests(body), 2, timeout, false);
        new LoadGenerator(loop, pace, target, statistics, 2000).run(20 * SECOND);
        loop.execute(target::abandon);
        return statistics.sample();
    }

    private static List<WireRequest> requests(byte[] body) {
        return List.of(new WireRequest("/infer", Map.of("content-type", "application/octet-stream"), body));
    }

    private static Server serving(HttpService service) {
        Server server = Server.builder()
                .http(0)
                .requestTimeoutMillis(0)
                .service("/infer", service)
                .build();
        server.start().join();
        return server;
    }

    private static Endpoint endpoint(Server server) {
        return new Endpoint("127.0.0.1", server.activeLocalPort(), false);
    }
}
