package dev.kilter.autoscaler.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.core.scaling.Demand;
import dev.kilter.protocol.GatewayLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reports every two seconds become rates. */
class DemandMeterTest {

    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long BORN = START - 1_000_000;

    private final DemandMeter meter = new DemandMeter("intent", Duration.ofMinutes(5));

    @Test
    void isUnavailableUntilAGatewayHasReportedTwice() {
        at(0, report("g1", BORN, 0, 500));
        assertThat(meter.demand()).isInstanceOf(Demand.Unavailable.class);
        at(2, report("g1", BORN, 2, 700));
        assertThat(measured().perSecond()).isEqualTo(100, within(1e-6));
    }

    @Test
    void withoutAGatewayNothingIsKnown() {
        at(0);
        assertThat(meter.demand()).isEqualTo(new Demand.Unavailable("no gateway is known"));
    }

    @Test
    void addsUpAllGateways() {
        for (int s = 0; s <= 20; s += 2) {
            at(s, report("g1", BORN, s, 100L * s), report("g2", BORN, s, 50L * s));
        }
        assertThat(measured().burstPerSecond()).isEqualTo(150, within(1e-6));
        assertThat(measured().partial()).isFalse();
    }

    @Test
    void theBurstWindowFollowsSoonerThanTheSteadyOne() {
        long offered = 0;
        for (int s = 0; s <= 72; s += 2) {
            offered += s > 60 ? 2000 : 200;
            at(s, report("g1", BORN, s, offered));
        }
        assertThat(measured().burstPerSecond()).isEqualTo(1000, within(1.0));
        assertThat(measured().steadyPerSecond()).isBetween(200.0, 400.0);
    }

    @Test
    void aRestartedGatewayCountsFromZero() {
        at(0, report("g1", BORN, 0, 10_000));
        at(2, report("g1", BORN, 2, 10_200));
        at(4, report("g1", START + 3000, 4, 100));
        assertThat(measured().burstPerSecond()).isBetween(99.0, 101.0);
        at(6, report("g1", START + 3000, 6, 300));
        assertThat(measured().burstPerSecond()).isBetween(99.0, 101.0);
    }

    @Test
    void countersThatFallWithoutARestartAreNotBelieved() {
        at(0, report("g1", BORN, 0, 10_000));
        at(2, report("g1", BORN, 2, 10_200));
        at(4, report("g1", BORN, 4, 5));
        assertThat(measured().perSecond()).isEqualTo(100, within(1e-6));
        assertThat(measured().partial()).isTrue();
        assertThat(measured().notes()).containsExactly("gateway g1 its counters fell without a restart");
    }

    @Test
    void negativeCountsAreNotBelieved() {
        at(0, report("g1", BORN, 0, 100));
        at(2, report("g1", BORN, 2, -5));
        assertThat(meter.demand()).isInstanceOf(Demand.Unavailable.class);
    }

    @Test
    void aGatewayThatMissesARoundKeepsItsLastRateForAWhile() {
        at(0, report("g1", BORN, 0, 0), report("g2", BORN, 0, 0));
        at(2, report("g1", BORN, 2, 200), report("g2", BORN, 2, 200));
        at(4, report("g1", BORN, 4, 400), missing("g2"));
        assertThat(measured().perSecond()).isEqualTo(200, within(1e-6));
        assertThat(measured().partial()).isTrue();
        for (int s = 6; s <= 30; s += 2) {
            at(s, report("g1", BORN, s, 100L * s), missing("g2"));
        }
        assertThat(measured().burstPerSecond()).isEqualTo(100, within(1e-6));
        assertThat(measured().partial()).isTrue();
    }

    @Test
    void whenAllGatewaysFallSilentTheDemandIsUnknownAfterAWhile() {
        at(0, report("g1", BORN, 0, 0));
        at(2, report("g1", BORN, 2, 200));
        at(8, missing("g1"));
        assertThat(meter.demand()).isInstanceOf(Demand.Measured.class);
        at(14, missing("g1"));
        assertThat(meter.demand()).isEqualTo(new Demand.Unavailable("gateway g1 did not report: timed out"));
    }

    @Test
    void aGatewayThatComesBackDoesNotLookLikeABurst() {
        at(0, report("g1", BORN, 0, 0));
        at(2, report("g1", BORN, 2, 200));
        at(60, missing("g1"));
        at(62, report("g1", BORN, 62, 6200));
        assertThat(measured().perSecond()).isEqualTo(100, within(1.0));
    }

    @Test
    void aGatewaysClockMayBeWrong() {
        for (int s = 0; s <= 20; s += 2) {
            at(s, report("g1", BORN - 7_200_000, s - 7200, 100L * s));
        }
        assertThat(measured().burstPerSecond()).isEqualTo(100, within(1e-6));
    }

    @Test
    void aGatewaysClockThatStepsBackCostsOneRound() {
        at(0, report("g1", BORN, 0, 0));
        at(2, report("g1", BORN, 2, 200));
        at(4, report("g1", BORN, -100, 400));
        assertThat(measured().partial()).isTrue();
        at(6, report("g1", BORN, -98, 600));
        assertThat(measured().partial()).isFalse();
        assertThat(measured().perSecond()).isEqualTo(100, within(1.0));
    }

    @Test
    void aModelThatTheGatewayDoesNotKnowYetIsOfferedNothing() {
        at(0, new LoadSnapshot.Gateway("ns", "g1", new Reading.Report<>(new GatewayLoad(BORN, START, List.of()))));
        at(
                2,
                new LoadSnapshot.Gateway(
                        "ns", "g1", new Reading.Report<>(new GatewayLoad(BORN, START + 2000, List.of()))));
        assertThat(measured().perSecond()).isZero();
    }

    @Test
    void tellsP99AndAttainmentOverTheWindow() {
        at(0, report("g1", BORN, 0, 0));
        at(2, report("g1", BORN, 2, 200));
        // The report's histogram: 90 of 100 within 10 ms, all within 50 ms; 90 of 100 within the objective.
        assertThat(meter.service().p99Millis().orElseThrow()).isBetween(45.0, 47.0);
        assertThat(meter.service().attainment().orElseThrow()).isEqualTo(0.9, within(1e-6));
    }

    @Test
    void nothingOfferedHasNoAttainment() {
        at(0, report("g1", BORN, 0, 0));
        at(2, report("g1", BORN, 2, 0));
        assertThat(meter.service())
                .isEqualTo(new DemandMeter.Service(java.util.Optional.empty(), java.util.Optional.empty()));
    }

    @Test
    void remembersThePeak() {
        long offered = 0;
        for (int s = 0; s <= 400; s += 2) {
            offered += s > 100 && s <= 160 ? 1000 : 20;
            at(s, report("g1", BORN, s, offered));
        }
        assertThat(meter.steadyPerSecond()).isEqualTo(10, within(1.0));
        assertThat(meter.peakPerSecond()).isGreaterThan(400);
    }

    @Test
    void whatLesserVariantsMayStillAnswerIsSummedAndWhatWasMissedIsTakenOff() {
        at(0, leaving(40, "g1", 0, 0), leaving(50, "g2", 0, 0));
        at(2, leaving(40, "g1", 2, 0), leaving(50, "g2", 2, 0));
        assertThat(measured().lesserLeft()).isEqualTo(90);
        at(4, leaving(40, "g1", 4, 200), leaving(50, "g2", 4, 0));
        // Of 200 a tenth is late.
        assertThat(measured().lesserLeft()).isEqualTo(70, within(1e-6));
        at(6, leaving(40, "g1", 6, 2000), leaving(50, "g2", 6, 0));
        assertThat(measured().lesserLeft())
                .as("more was missed than could be answered")
                .isZero();
    }

    private Demand.Measured measured() {
        assertThat(meter.demand()).isInstanceOf(Demand.Measured.class);
        return (Demand.Measured) meter.demand();
    }

    private void at(int second, LoadSnapshot.Gateway... gateways) {
        meter.observe(List.of(gateways), Instant.ofEpochMilli(START + second * 1000L));
    }

    private static LoadSnapshot.Gateway missing(String name) {
        return new LoadSnapshot.Gateway("ns", name, new Reading.Missing<>("timed out"));
    }

    private static LoadSnapshot.Gateway report(String name, long started, int second, long offered) {
        return report(name, started, second, offered, Optional.empty());
    }

    private static LoadSnapshot.Gateway leaving(long lesserLeft, String name, int second, long offered) {
        return report(name, BORN, second, offered, Optional.of(lesserLeft));
    }

    private static LoadSnapshot.Gateway report(
            String name, long started, int second, long offered, Optional<Long> lesserLeft) {
        GatewayLoad.Model model = new GatewayLoad.Model(
                "intent",
                offered,
                offered,
                0,
                0,
                0,
                offered * 9 / 10,
                lesserLeft,
                20,
                List.of(
                        new GatewayLoad.Bucket(10, offered * 9 / 10),
                        new GatewayLoad.Bucket(50, offered),
                        new GatewayLoad.Bucket(0, offered)),
                List.of());
        return new LoadSnapshot.Gateway(
                "ns", name, new Reading.Report<>(new GatewayLoad(started, START + second * 1000L, List.of(model))));
    }
}
