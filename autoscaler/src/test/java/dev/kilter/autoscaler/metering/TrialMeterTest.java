package dev.kilter.autoscaler.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.protocol.DemandSummary.Arm;
import dev.kilter.protocol.GatewayLoad;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TrialMeterTest {

    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long BORN = START - 1_000_000;

    private final TrialMeter meter = new TrialMeter("intent");
    private List<ScalingTarget.Pool> pools = List.of(pool("old-1", "old", 90), pool("new-1", "new", 10));

    @Test
    void whileOneRevisionTakesAllThereIsNothingToCompare() {
        pools = List.of(pool("old-1", "old", 100), pool("new-1", "new", 0));
        at(0, gateway("g", BORN, 0, "old-1", met(100)));
        at(2, gateway("g", BORN, 2, "old-1", met(200)));
        assertThat(meter.trial()).isEmpty();
    }

    @Test
    void whatPoolsOfARevisionDidAtAllGatewaysAddsUp() {
        pools = List.of(pool("old-1", "old", 90), pool("new-1", "new", 10), pool("new-2", "new", 10));
        at(0, gateway("g", BORN, 0, "new-1", met(5)), gateway("h", BORN, 0, "new-1", met(7)));
        at(
                2,
                gateway("g", BORN, 2, "new-1", new GatewayLoad.Outcomes(8, 1, 0), "new-2", met(2)),
                gateway("h", BORN, 2, "new-1", new GatewayLoad.Outcomes(7, 0, 2)));
        assertThat(arm("new")).isEqualTo(new Arm("new", 10, 8, 1, 2, 1));
        assertThat(arm("old")).isEqualTo(new Arm("old", 90, 0, 0, 0, 0));
    }

    @Test
    void aRoundIsWorseForTheOneThatAloneBreaksItsObjective() {
        at(0, gateway("g", BORN, 0, "old-1", met(0), "new-1", met(0)));
        at(2, gateway("g", BORN, 2, "old-1", met(90), "new-1", new GatewayLoad.Outcomes(9, 1, 0)));
        assertThat(arm("new").worseRounds()).isEqualTo(1);
        // A stall of all.
        at(4, gateway("g", BORN, 4, "old-1", new GatewayLoad.Outcomes(90, 90, 0), "new-1", failed(9, 1, 10)));
        assertThat(arm("new").worseRounds()).isEqualTo(1);
        assertThat(arm("old").worseRounds()).isZero();
        // One in a hundred late is what the objective allows, and one failed.
        at(6, gateway("g", BORN, 6, "old-1", new GatewayLoad.Outcomes(188, 92, 0), "new-1", failed(19, 1, 10)));
        assertThat(arm("old").worseRounds()).isZero();
        at(8, gateway("g", BORN, 8, "old-1", new GatewayLoad.Outcomes(286, 92, 2), "new-1", failed(29, 1, 10)));
        assertThat(arm("old").worseRounds()).as("failed more often than it may").isEqualTo(1);
    }

    @Test
    void otherSharesBeginAnew() {
        at(0, gateway("g", BORN, 0, "new-1", met(0)));
        at(2, gateway("g", BORN, 2, "new-1", met(10)));
        pools = List.of(pool("old-1", "old", 80), pool("new-1", "new", 20));
        at(4, gateway("g", BORN, 4, "new-1", met(20)));
        assertThat(arm("new")).isEqualTo(new Arm("new", 20, 0, 0, 0, 0));
        assertThat(meter.trial().orElseThrow().sinceMillis()).isEqualTo(START + 4_000);
        at(6, gateway("g", BORN, 6, "new-1", met(50)));
        assertThat(arm("new").requests()).isEqualTo(30);
    }

    @Test
    void aGatewayThatRestartedCountsFromZeroAndOneThatIsNewTellsNothingYet() {
        at(0, gateway("g", BORN, 0, "new-1", met(100)));
        at(2, gateway("g", START, 2, "new-1", met(3)));
        assertThat(arm("new").requests()).isEqualTo(3);
        at(4, gateway("g", START, 4, "new-1", met(3)), gateway("late", BORN, 4, "new-1", met(1000)));
        assertThat(arm("new").requests()).isEqualTo(3);
    }

    @Test
    void aGatewayThatDoesNotCountByPoolIsLeftOut() {
        at(0, older("g", 0));
        at(2, older("g", 2));
        assertThat(arm("new").requests()).isZero();
    }

    private void at(int second, LoadSnapshot.Gateway... gateways) {
        meter.observe(List.of(gateways), pools, 0.02, 0.01, Instant.ofEpochMilli(START + second * 1000L));
    }

    private Arm arm(String revision) {
        return meter.trial().orElseThrow().arms().stream()
                .filter(arm -> arm.revision().equals(revision))
                .findFirst()
                .orElseThrow();
    }

    private static GatewayLoad.Outcomes met(long count) {
        return new GatewayLoad.Outcomes(count, 0, 0);
    }

    private static GatewayLoad.Outcomes failed(long met, long missed, long failed) {
        return new GatewayLoad.Outcomes(met, missed, failed);
    }

    private static LoadSnapshot.Gateway gateway(
            String name, long started, int second, String pool, GatewayLoad.Outcomes outcomes) {
        return report(name, started, second, Map.of(pool, Optional.of(outcomes)));
    }

    private static LoadSnapshot.Gateway gateway(
            String name,
            long started,
            int second,
            String pool,
            GatewayLoad.Outcomes outcomes,
            String other,
            GatewayLoad.Outcomes others) {
        return report(name, started, second, Map.of(pool, Optional.of(outcomes), other, Optional.of(others)));
    }

    private static LoadSnapshot.Gateway older(String name, int second) {
        return report(name, BORN, second, Map.of("new-1", Optional.empty()));
    }

    private static LoadSnapshot.Gateway report(
            String name, long started, int second, Map<String, Optional<GatewayLoad.Outcomes>> pools) {
        GatewayLoad.Model model = new GatewayLoad.Model(
                "intent",
                0,
                0,
                0,
                0,
                0,
                0,
                Optional.empty(),
                20,
                List.of(),
                pools.entrySet().stream()
                        .map(pool -> new GatewayLoad.Pool(pool.getKey(), 1, 0, 0, pool.getValue()))
                        .toList());
        return new LoadSnapshot.Gateway(
                "ns", name, new Reading.Report<>(new GatewayLoad(started, START + second * 1000L, List.of(model))));
    }

    private static ScalingTarget.Pool pool(String name, String revision, int share) {
        return new ScalingTarget.Pool(
                name,
                revision,
                share,
                1,
                1,
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                new OperatingPoint("fp32", 32, Optional.empty()),
                1,
                PoolObservation.Place.ONLY,
                false,
                Map.of());
    }
}
