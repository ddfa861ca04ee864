package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.Examples;
import dev.kilter.operator.build.Hashes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProfilingTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final PlanInputs INPUTS = new PlanInputs(
            Examples.deployment(Examples.INTENT.replace("quality: {target: 92%}", "budget: {maxCostPerHour: \"9\"}")),
            List.of(Examples.acceleratorClass(Examples.T4)),
            List.of(),
            Optional.empty(),
            Set.of(),
            Examples.RUNTIME_IMAGE);
    private static final ProfileSetup SETUP =
            INPUTS.setup(INPUTS.answering().getFirst(), INPUTS.classes().getFirst());

    @Test
    void whatFailsIsTriedAgainLaterEachTimeAndGivenUpInTheEnd() {
        assertThat(decide(START).start().orElseThrow().attempt()).isEqualTo(1);
        assertThat(decide(START.plusSeconds(599), failed(SETUP, 1, true)).start())
                .isEmpty();
        assertThat(decide(START.plusSeconds(599), failed(SETUP, 1, true)).wakeAfter())
                .contains(Duration.ofSeconds(1));
        assertThat(decide(START.plusSeconds(600), failed(SETUP, 1, true))
                        .start()
                        .orElseThrow()
                        .attempt())
                .isEqualTo(2);
        Profiling last = decide(START.plusSeconds(1_000_000), failed(SETUP, Profiling.MOST_ATTEMPTS, true));
        assertThat(last.start()).isEmpty();
        assertThat(last.wakeAfter()).isEmpty();
        assertThat(last.failure()).isPresent();
    }

    @Test
    void whatWouldEndTheSameIsNotTriedAgain() {
        Profiling profiling = decide(START.plusSeconds(1_000_000), failed(SETUP, 1, false));
        assertThat(profiling.start()).isEmpty();
        assertThat(profiling.failure()).isPresent();
    }

    @Test
    void anotherSetupBeginsAnewAtOnce() {
        ProfileSetup before = new ProfileSetup("kilter/broken:1", SETUP.resources(), 1, 2);
        Profiling profiling = decide(START.plusSeconds(1), failed(before, Profiling.MOST_ATTEMPTS, true));
        assertThat(profiling.start().orElseThrow().attempt()).isEqualTo(1);
        assertThat(profiling.failure()).isEmpty();
    }

    @Test
    void oneThatRunsIsLookedAtAgainWhenItIsOverdue() {
        ProfileRun running = run(SETUP, 1, new ProfileRun.Running(START.plusSeconds(90)));
        Profiling profiling = decide(START, running);
        assertThat(profiling.start()).isEmpty();
        assertThat(profiling.wakeAfter()).contains(Duration.ofSeconds(90));
    }

    private static Profiling decide(Instant now, ProfileRun... runs) {
        return Profiling.decide(INPUTS, null, true, List.of(runs), now);
    }

    private static ProfileRun failed(ProfileSetup setup, int attempt, boolean again) {
        return run(setup, attempt, new ProfileRun.Failed("ProfileFailed", "no such file", START, again));
    }

    private static ProfileRun run(ProfileSetup setup, int attempt, ProfileRun.State state) {
        return new ProfileRun(
                "intent-profile-" + attempt,
                "t4",
                Hashes.of("https://models.example/intent/fp32.onnx"),
                setup,
                attempt,
                state);
    }
}
