package dev.kilter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.kilter.protocol.RouteTable;
import dev.kilter.protocol.WireHeaders;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LesserAnswersTest {

    private static final double SHARE = 0.1;

    /** Answers by a lesser variant whenever it may. */
    private static HttpResponse greedily(AggregatedHttpRequest request, AtomicInteger degraded) {
        boolean may = request.headers().get(WireHeaders.DEGRADABLE, "").equals("true");
        degraded.addAndGet(may ? 1 : 0);
        boolean grpc = request.headers().get("content-type", "").startsWith("application/grpc");
        ResponseHeaders headers = ResponseHeaders.builder(200)
                .contentType(grpc ? MediaType.parse("application/grpc") : MediaType.PLAIN_TEXT)
                .add(may ? HttpHeaders.of(WireHeaders.DEGRADED, "true") : HttpHeaders.of())
                .build();
        return grpc
                ? HttpResponse.of(headers, HttpData.wrap(request.content().array()), HttpHeaders.of("grpc-status", 0))
                : HttpResponse.of(headers, HttpData.ofUtf8("answer"));
    }

    private static void inferAndBeCounted(GatewayFixture fixture, boolean grpc, String... headers)
            throws InterruptedException {
        long before = fixture.load("m").answered();
        if (grpc) {
            fixture.grpc(GatewayFixture.INFER, GatewayFixture.frame("m"), headers)
                    .join();
        } else {
            fixture.post("/v2/models/m/infer", "{}", headers).join();
        }
        GatewayFixture.eventually(() -> fixture.load("m").answered() > before);
    }

    @Test
    void permitsNoMoreThanTheShareOfWhatWasAnsweredOverAllPodsAndProtocols() throws Exception {
        AtomicInteger degraded = new AtomicInteger();
        try (GatewayFixture fixture = new GatewayFixture();
                FakePod old = new FakePod("old").answering(request -> greedily(request, degraded));
                FakePod started = new FakePod("started").answering(request -> greedily(request, degraded))) {
            fixture.routes.publish(new RouteTable(List.of(new RouteTable.Model(
                    "m",
                    100,
                    Optional.of(SHARE),
                    List.of(new RouteTable.Revision("1", 100, List.of(new RouteTable.Pool("p", 1))))))));
            fixture.ready("p", old);
            for (int i = 0; i < 9; i++) {
                inferAndBeCounted(fixture, false);
            }
            assertThat(degraded).as("nothing is earned before the tenth").hasValue(0);
            inferAndBeCounted(fixture, true);
            fixture.ready("p", started);
            for (int i = 0; i < 40; i++) {
                inferAndBeCounted(fixture, i % 2 == 0);
                inferAndBeCounted(fixture, i % 2 == 1);
            }
            assertThat(degraded.get()).isBetween(5, 9);
            assertThat(started.received()).isPositive();
            assertThat(fixture.load("m").lesserLeft())
                    .hasValueSatisfying(left -> assertThat(left).isBetween(0L, 1L));
            assertThat(metrics(fixture))
                    .containsPattern("kilter_gateway_lesser_answers_left\\{model=\"m\",} [01]\\.0\n");
        }
    }

    @Test
    void whatAClientSaysOfItCountsNothingAndWithoutAShareNothingIsPermitted() throws Exception {
        AtomicInteger degraded = new AtomicInteger();
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod pod = new FakePod("m").answering(request -> greedily(request, degraded))) {
            fixture.ready("m", pod);
            for (int i = 0; i < 30; i++) {
                inferAndBeCounted(fixture, false, WireHeaders.DEGRADABLE, "true");
            }
            assertThat(degraded).hasValue(0);
            assertThat(fixture.load("m").lesserLeft()).isEmpty();
            assertThat(metrics(fixture)).doesNotContain("kilter_gateway_lesser_answers_left{");
        }
    }

    private static String metrics(GatewayFixture fixture) {
        return fixture.get("/metrics", "any").join().contentUtf8();
    }
}
