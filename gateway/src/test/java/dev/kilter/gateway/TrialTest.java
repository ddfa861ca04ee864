package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.eventually;
import static dev.kilter.gateway.GatewayFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.gateway.FakePod.ClosedPort;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A bad candidate costs no client anything, and is found out all the same. Requests go to it first. */
class TrialTest {

    private static final double WIDE_MILLIS = 20_000;

    private final GatewayFixture fixture = new GatewayFixture();
    private final FakePod stable = new FakePod("stable");
    private final FakePod candidate = new FakePod("candidate");

    @BeforeEach
    void route() {
        fixture.routes.publish(routes(WIDE_MILLIS, 1, 1_000_000_000));
        fixture.ready("old", stable).ready("new", candidate);
    }

    private static RouteTable routes(double objectiveMillis, int stableShare, int candidateShare) {
        return new RouteTable(List.of(new RouteTable.Model(
                "m",
                objectiveMillis,
                List.of(
                        new RouteTable.Revision("a", stableShare, List.of(new RouteTable.Pool("old", 1))),
                        new RouteTable.Revision(
                                "b", candidateShare, Optional.of(true), List.of(new RouteTable.Pool("new", 1)))))));
    }

    @AfterEach
    void stop() {
        fixture.close();
        stable.close();
        candidate.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {429, 500, 503, 504})
    void whatACandidateRefusesOrFailsIsAnsweredByTheOneThatServes(int status) throws InterruptedException {
        candidate.answering(request -> HttpResponse.of(status));
        AggregatedHttpResponse answer = fixture.infer("m").join();
        assertThat(answer.contentUtf8()).isEqualTo("stable");
        assertThat(candidate.received()).isEqualTo(1);
        boolean refused = status == 429 || status == 503;
        assertThat(outcomes("new")).isEqualTo(new GatewayLoad.Outcomes(0, refused ? 1 : 0, refused ? 0 : 1));
        assertThat(outcomes("old")).isEqualTo(new GatewayLoad.Outcomes(1, 0, 0));
        eventually(() -> fixture.load("m").answered() == 1);
        assertThat(fixture.load("m").offered()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {8, 13, 14})
    void soItIsForGrpc(int status) {
        candidate.answering(request -> grpc(status));
        assertThat(code(fixture.grpc(INFER, frame("m")).join())).isZero();
        assertThat(candidate.received()).isEqualTo(1);
    }

    /** Its contract is that of the revision that serves. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {400, 404, 422})
    void aCandidateThatCallsWrongWhatTheOneThatServesAnswersHasFailed(int status) throws InterruptedException {
        candidate.answering(request -> HttpResponse.of(status));
        assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("stable");
        assertThat(outcomes("new")).isEqualTo(new GatewayLoad.Outcomes(0, 0, 1));
        assertThat(outcomes("old")).isEqualTo(new GatewayLoad.Outcomes(1, 0, 0));
        eventually(() -> fixture.load("m").answered() == 1);
    }

    @ParameterizedTest(name = "stable {0}")
    @CsvSource({"400", "429"})
    void whatBothCallWrongOrOneDoesNotJudgeIsNobodysFailure(int ofStable) throws InterruptedException {
        stable.answering(request -> HttpResponse.of(ofStable));
        candidate.answering(request -> HttpResponse.of(400));
        assertThat(fixture.infer("m").join().status().code()).isEqualTo(ofStable);
        assertThat(stable.received()).isEqualTo(1);
        assertThat(candidate.received()).isEqualTo(1);
        assertThat(outcomes("new")).isEqualTo(new GatewayLoad.Outcomes(0, 0, 0));
        eventually(() -> fixture.load("m").invalid() + fixture.load("m").refused() == 1);
    }

    /** Overload is no reason to ask around: each is asked once, and the last word is that of the one that serves. */
    @ParameterizedTest(name = "stable {0}, candidate {1}")
    @CsvSource({"429, 429", "429, 500", "500, 429"})
    void whereBothRefuseEachWasAskedOnce(int ofStable, int ofCandidate) {
        FakePod other = new FakePod("other");
        fixture.ready("old", stable, other).ready("new", candidate);
        stable.answering(request -> HttpResponse.of(ofStable));
        other.answering(request -> HttpResponse.of(ofStable));
        candidate.answering(request -> HttpResponse.of(ofCandidate));
        assertThat(fixture.infer("m").join().status().code()).isEqualTo(ofStable);
        assertThat(candidate.received()).isEqualTo(1);
        assertThat(stable.received() + other.received()).isEqualTo(1);
        other.close();
    }

    @Test
    void nothingIsHandedToACandidate() {
        fixture.routes.publish(routes(WIDE_MILLIS, 1_000_000_000, 1));
        stable.answering(request -> HttpResponse.of(429));
        assertThat(fixture.infer("m").join().status().code()).isEqualTo(429);
        assertThat(candidate.received()).isZero();
    }

    @Test
    void whereNobodyElseServesTheCandidatesWordIsPassedOn() {
        fixture.ready("old");
        candidate.answering(request -> HttpResponse.of(500));
        assertThat(fixture.infer("m").join().status().code()).isEqualTo(500);
        assertThat(candidate.received()).isEqualTo(1);
    }

    @Test
    void aCandidateThatNobodyReachesIsPassedOverAtOnce() throws IOException {
        try (ClosedPort one = ClosedPort.take();
                ClosedPort two = ClosedPort.take();
                ClosedPort three = ClosedPort.take();
                ClosedPort four = ClosedPort.take()) {
            fixture.endpoints.setReady("new", List.of(one.address(), two.address(), three.address(), four.address()));
            assertThat(fixture.infer("m").join().contentUtf8()).isEqualTo("stable");
            assertThat(outcomes("new")).isEqualTo(new GatewayLoad.Outcomes(0, 0, 1));
        }
    }

    @Test
    void aCandidateThatMissedTheObjectiveIsCalledOffAndTheOneThatServesAnswers() throws InterruptedException {
        fixture.routes.publish(routes(1_000, 1, 1_000_000_000));
        candidate.taking(Duration.ofMinutes(1));
        var rest = fixture.infer("m");
        var grpc = fixture.grpc(INFER, frame("m"));
        assertThat(rest.join().contentUtf8()).isEqualTo("stable");
        assertThat(code(grpc.join())).isZero();
        eventually(() -> candidate.cancelled() == 2);
        assertThat(candidate.received()).isEqualTo(2);
        assertThat(outcomes("new")).isEqualTo(new GatewayLoad.Outcomes(0, 2, 0));
        assertThat(outcomes("old")).isEqualTo(new GatewayLoad.Outcomes(2, 0, 0));
        eventually(() -> fixture.load("m").pools().stream().allMatch(pool -> pool.outstanding() == 0));
    }

    @Test
    void aCandidateIsWaitedForWhereNoTimeIsLeftForAnother() {
        fixture.routes.publish(routes(1_500, 1, 1_000_000_000));
        candidate.taking(Duration.ofMillis(1_600));
        assertThat(fixture.post("/v2/models/m/infer", "{}", "x-request-timeout-micros", "2900000")
                        .join()
                        .contentUtf8())
                .isEqualTo("candidate");
        assertThat(stable.received()).isZero();
    }

    /** It may be the request that took it down. */
    @Test
    void anAnswerThatIsLostIsNotAskedForAgain() throws InterruptedException {
        candidate.taking(Duration.ofMinutes(1));
        var answer = fixture.infer("m");
        eventually(() -> candidate.received() == 1);
        candidate.kill();
        assertThat(answer.join().status().code()).isEqualTo(502);
        assertThat(stable.received()).isZero();
    }

    private GatewayLoad.Outcomes outcomes(String pool) {
        return fixture.load("m").pools().stream()
                .filter(each -> each.name().equals(pool))
                .flatMap(each -> each.outcomes().stream())
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse grpc(int status) {
        return HttpResponse.of(ResponseHeaders.builder(200)
                .set("content-type", "application/grpc")
                .addInt("grpc-status", status)
                .endOfStream(true)
                .build());
    }
}
