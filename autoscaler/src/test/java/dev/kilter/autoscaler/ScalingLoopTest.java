package dev.kilter.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.autoscaler.policy.PolicySettings;
import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.core.OperatingPoint;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The loop with everything around it in memory. One replica carries 100/s. */
class ScalingLoopTest {

    private static final DeploymentKey KEY = new DeploymentKey("ns", "intent");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final String FIRST = "sha256:" + "1".repeat(64);

    private final List<Integer> writes = new ArrayList<>();
    private final List<DemandSummary> published = new ArrayList<>();
    private final List<OperatingPointUpdate> pushed = new ArrayList<>();
    private final Map<String, String> pinned = new HashMap<>();
    private String digest = FIRST;
    private ScaleWriter.Outcome outcome = new ScaleWriter.Outcome.Written();
    private RuntimeLoad.OperatingPointState inForce =
            new RuntimeLoad.OperatingPointState(0, "fp32", 32, 0, Optional.empty());
    private Optional<OperatingPoint.Lesser> lesser = Optional.empty();
    private boolean gatewayAnswers = true;
    private boolean paused;
    private int replicas = 1;
    private double rate;
    private double offered;
    private int second;
    private Decided last;

    private final ScalingLoop loop = new ScalingLoop(
            () -> List.of(target()),
            targets -> snapshot(),
            new RateScalingPolicy(PolicySettings.REACTIVE),
            this::write,
            (key, pod, update) -> pushed.add(update),
            (key, pool, digests) -> pinned.putAll(digests),
            (key, summary) -> published.add(summary),
            decided -> last = decided);

    @Test
    void writesAChangeOnceAndThenNothing() {
        rate = 500;
        run(60);
        assertThat(writes).containsExactly(7);
        assertThat(last.decision().pools().getFirst().to()).isEqualTo(7);
    }

    @Test
    void aWriteThatIsNotTakenIsTriedAgain() {
        rate = 500;
        outcome = new ScaleWriter.Outcome.Conflict("changed");
        run(6);
        outcome = new ScaleWriter.Outcome.Written();
        run(4);
        assertThat(writes).hasSizeGreaterThan(1).containsOnly(7);
        assertThat(last.demand().history()).hasSize(1);
        assertThat(replicas).isEqualTo(7);
    }

    @Test
    void aSteadyLoadIsPublishedOnceItHasSettled() {
        rate = 70;
        run(400);
        int settled = published.size();
        run(400);
        // Only the heartbeat is left, by which the operator knows that somebody still looks.
        assertThat(published).hasSizeGreaterThan(settled);
        for (int i = settled; i < published.size(); i++) {
            assertThat(published.get(i).atMillis() - published.get(i - 1).atMillis())
                    .isEqualTo(DemandSummary.HEARTBEAT.toMillis());
        }
        assertThat(published.getLast().requestsPerSecond()).isBetween(69.0, 71.0);
        assertThat(published.getLast().metricsAvailable()).isTrue();
    }

    @Test
    void aChangingLoadIsPublishedNoMoreOftenThanAgreed() {
        for (int i = 0; i < 10; i++) {
            rate = i % 2 == 0 ? 20 : 900;
            run(60);
        }
        for (int i = 1; i < published.size(); i++) {
            assertThat(published.get(i).atMillis() - published.get(i - 1).atMillis())
                    .isGreaterThanOrEqualTo(30_000);
        }
        assertThat(published).hasSizeGreaterThan(5);
    }

    @Test
    void eachScalingAndTheLastDecisionAreToldWithTheirReasons() {
        rate = 500;
        run(60);
        DemandSummary told = published.getLast();
        assertThat(told.history()).extracting(DemandSummary.Scaling::to).containsExactly(7);
        assertThat(told.history().getLast().reason()).contains("500/s at ", " a replica ");
        assertThat(told.pools()).hasSize(1);
        assertThat(told.pools().getFirst().replicas()).isEqualTo(7);
        assertThat(told.pools().getFirst().variant()).isEqualTo("fp32");
        assertThat(told.message()).contains(told.pools().getFirst().reason());
    }

    @Test
    void silentGatewaysHoldTheCountAndAreTold() {
        rate = 500;
        run(20);
        gatewayAnswers = false;
        run(60);
        assertThat(writes).containsExactly(7);
        assertThat(last.decision().held()).isTrue();
        assertThat(published.getLast().metricsAvailable()).isFalse();
        assertThat(published.getLast().message()).contains("gateway g1 did not report");
    }

    @Test
    void aClockSetBackDoesNotStopTheLoop() {
        rate = 70;
        run(20);
        second -= 3600;
        rate = 500;
        run(20);
        // On the way up 6 are within the tolerance.
        assertThat(replicas).isBetween(6, 7);
    }

    @Test
    void whatTheFirstPodLoadedIsPinnedOnceAndForAll() {
        run(2);
        assertThat(pinned).containsExactly(Map.entry("fp32", FIRST));
        digest = "sha256:" + "2".repeat(64);
        run(20);
        assertThat(pinned).containsExactly(Map.entry("fp32", FIRST));
    }

    @Test
    void aModelThatIsNotLoadedYetIsNotPinned() {
        digest = "";
        run(10);
        assertThat(pinned).isEmpty();
    }

    @Test
    void pausedWritesNothing() {
        paused = true;
        rate = 500;
        run(20);
        assertThat(writes).isEmpty();
    }

    @Test
    void aPodThatServesOtherwiseThanDecidedIsToldOnce() {
        run(4);
        assertThat(pushed).isEmpty();
        inForce = new RuntimeLoad.OperatingPointState(9_999_999_999_999L, "int8", 8, 0, Optional.empty());
        run(2);
        assertThat(pushed)
                .containsExactly(new OperatingPointUpdate(
                        10_000_000_000_000L, "fp32", 32, Optional.empty(), Optional.empty(), 600));
        inForce = new RuntimeLoad.OperatingPointState(10_000_000_000_000L, "fp32", 32, 5, Optional.empty());
        run(2);
        assertThat(pushed).hasSize(1);
    }

    @Test
    void whatMayBeAnsweredWithLesserQualityIsToldAndToldAgainBeforeItRunsOut() {
        lesser = Optional.of(new OperatingPoint.Lesser("int8", 0.03));
        OperatingPointUpdate.Lesser told = new OperatingPointUpdate.Lesser("int8", 0.03);
        run(2);
        assertThat(pushed)
                .singleElement()
                .satisfies(update -> assertThat(update.lesser()).contains(told));
        inForce = new RuntimeLoad.OperatingPointState(pushed.getFirst().version(), "fp32", 32, 0, Optional.of(told));
        run(290);
        assertThat(pushed).hasSize(1);
        run(20);
        assertThat(pushed.size()).isGreaterThan(1);
        assertThat(pushed.getLast().version()).isGreaterThan(pushed.getFirst().version());
        lesser = Optional.empty();
        inForce = new RuntimeLoad.OperatingPointState(pushed.getLast().version(), "fp32", 32, 0, Optional.of(told));
        run(2);
        assertThat(pushed.getLast().lesser()).isEmpty();
    }

    @Test
    void oneThatCannotBeDecidedDoesNotKeepTheOthersFromScaling() {
        ScalingTarget broken = new ScalingTarget(
                new DeploymentKey("ns", "broken"), target().settings(), Duration.ofMinutes(5), target().pools());
        List<Decided> all = new ScalingLoop(
                        () -> List.of(broken, target()),
                        targets -> snapshot(),
                        (observation, now) -> {
                            if (observation.deployment().equals("broken")) {
                                throw new IllegalStateException("cannot be decided");
                            }
                            return new RateScalingPolicy(PolicySettings.REACTIVE).decide(observation, now);
                        },
                        this::write,
                        (key, pod, update) -> pushed.add(update),
                        (key, pool, digests) -> pinned.putAll(digests),
                        (key, summary) -> published.add(summary),
                        decided -> last = decided)
                .tick(START);
        assertThat(all).extracting(Decided::key).containsExactly(KEY);
    }

    private void run(int seconds) {
        for (int end = second + seconds; second < end; ) {
            second += 2;
            offered += 2 * rate;
            loop.tick(START.plusSeconds(second));
        }
    }

    private ScaleWriter.Outcome write(DeploymentKey key, ScalingTarget.Pool pool, int to) {
        writes.add(to);
        if (outcome instanceof ScaleWriter.Outcome.Written) {
            replicas = to;
        }
        return outcome;
    }

    private ScalingTarget target() {
        ScalingSettings settings = ScalingSettings.between(1, 20).under(Duration.ofMillis(50), 0.01);
        return new ScalingTarget(
                KEY,
                paused ? settings.standing() : settings,
                Duration.ofMinutes(5),
                List.of(new ScalingTarget.Pool(
                        "intent-1",
                        "r1",
                        100,
                        replicas,
                        replicas,
                        OptionalInt.empty(),
                        OptionalDouble.of(100),
                        OptionalDouble.of(1),
                        new OperatingPoint("fp32", 32, Optional.empty(), lesser),
                        1,
                        PoolObservation.Place.ONLY,
                        false,
                        pinned)));
    }

    private LoadSnapshot snapshot() {
        long at = START.plusSeconds(second).toEpochMilli();
        GatewayLoad.Model model = new GatewayLoad.Model(
                "intent",
                (long) offered,
                (long) offered,
                0,
                0,
                0,
                (long) offered,
                Optional.empty(),
                50,
                List.of(),
                List.of());
        Reading<GatewayLoad> gateway = gatewayAnswers
                ? new Reading.Report<>(new GatewayLoad(1, at, List.of(model)))
                : new Reading.Missing<>("refused");
        RuntimeLoad.Model runtime = new RuntimeLoad.Model(
                "intent", inForce.variant(), digest, inForce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
        return new LoadSnapshot(
                List.of(new LoadSnapshot.Gateway("ns", "g1", gateway)),
                List.of(new LoadSnapshot.Pod(
                        "ns",
                        "intent-1",
                        "p1",
                        "127.0.0.1:1",
                        new Reading.Report<>(
                                new RuntimeLoad(1, at, true, false, true, Optional.empty(), List.of(runtime))))));
    }
}
