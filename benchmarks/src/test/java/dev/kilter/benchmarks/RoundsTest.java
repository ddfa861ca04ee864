package dev.kilter.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private long now;
    private final List<String> worked = new ArrayList<>();

    /** Takes that long for two items. */
    private final class Worker implements Contender {
        private final String name;
        private final Duration time;

        Worker(String name, Duration time) {
            this.name = name;
            this.time = time;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int work() {
            now += time.toNanos();
            worked.add(name);
            return 2;
        }

        @Override
        public void close() {}
    }

    private List<Rounds.Round> run(int count, Duration round, Contender... contenders) throws Exception {
        return new Rounds(count, Duration.ofMillis(1), round, () -> now).run(List.of(contenders));
    }

    @Test
    void everyContenderWorksInEveryRoundAndTheOrderTurns() throws Exception {
        Worker a = new Worker("a", Duration.ofMillis(1));
        Worker b = new Worker("b", Duration.ofMillis(1));
        assertThat(run(2, Duration.ofMillis(1), a, b))
                .extracting(Rounds.Round::contender)
                .containsExactly("b", "a", "a", "b");
        assertThat(worked).startsWith("a", "b");
    }

    @Test
    void aRoundLastsUntilItsTimeIsOverAndCountsWhatWasDone() throws Exception {
        List<Rounds.Round> rounds = run(1, Duration.ofMillis(10), new Worker("a", Duration.ofMillis(4)));
        assertThat(rounds).containsExactly(new Rounds.Round("a", 1, 6, 12_000_000, 4_000_000, 4_000_000));
        assertThat(rounds.getFirst().itemsPerSecond()).isEqualTo(500);
    }

    @Test
    void theSpreadIsTheMiddleAndTheEnds() {
        assertThat(Spread.of(List.of(5.0, 1.0, 3.0))).isEqualTo(new Spread(3, 1, 5));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 8.0)).median()).isEqualTo(3, Offset.offset(1e-12));
        assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("at least one");
    }
}
