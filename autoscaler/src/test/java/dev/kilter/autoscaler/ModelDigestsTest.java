package dev.kilter.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.protocol.RuntimeLoad;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ModelDigestsTest {

    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);

    @Test
    void ofPodsThatDisagreeTheOneThatStartedFirstIsRight() {
        assertThat(ModelDigests.unpinned("intent", pool(Map.of()), List.of(pod("a", 20, TWO), pod("b", 10, ONE))))
                .containsExactly(Map.entry("fp32", ONE));
    }

    @Test
    void whatIsPinnedIsNotPinnedAgain() {
        assertThat(ModelDigests.unpinned("intent", pool(Map.of("fp32", ONE)), List.of(pod("a", 10, TWO))))
                .isEmpty();
    }

    @Test
    void aPodThatDoesNotReportPinsNothing() {
        LoadSnapshot.Pod silent = new LoadSnapshot.Pod("ns", "intent-1", "a", "", new Reading.Missing<>("no address"));
        assertThat(ModelDigests.unpinned("intent", pool(Map.of()), List.of(silent)))
                .isEmpty();
    }

    private static ScalingTarget.Pool pool(Map<String, String> pinned) {
        return new ScalingTarget.Pool(
                "intent-1",
                "r1",
                100,
                2,
                2,
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                new OperatingPoint("fp32", 32, Optional.empty()),
                1,
                PoolObservation.Place.ONLY,
                false,
                pinned);
    }

    private static LoadSnapshot.Pod pod(String name, long startedAtMillis, String digest) {
        RuntimeLoad.Model model = new RuntimeLoad.Model(
                "intent",
                "fp32",
                digest,
                new RuntimeLoad.OperatingPointState(0, "fp32", 32, 0, Optional.empty()),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                List.of());
        return new LoadSnapshot.Pod(
                "ns",
                "intent-1",
                name,
                "127.0.0.1:1",
                new Reading.Report<>(new RuntimeLoad(
                        startedAtMillis, startedAtMillis, true, false, false, Optional.empty(), List.of(model))));
    }
}
