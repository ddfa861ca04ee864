package dev.kilter.runtime.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchfulSelectTest {

    private long now = 1;
    private int ready;
    private int looks;
    private final WatchfulSelect select = new WatchfulSelect(() -> now);

    private int turn(boolean hasTasks) throws Exception {
        return select.calculateStrategy(
                () -> {
                    looks++;
                    return ready;
                },
                hasTasks);
    }

    private void pass(long micros) {
        now += TimeUnit.MICROSECONDS.toNanos(micros);
    }

    /** Turns that each begin that long after the one before, with a socket that is ready. */
    private void turns(int times, long micros) throws Exception {
        for (int i = 0; i < times; i++) {
            pass(micros);
            ready = 0;
            turn(false);
            ready = 1;
            turn(false);
        }
        ready = 0;
    }

    @Test
    void aLoopSleepsUntilItsTurnsHaveComeSoonForAWhile() throws Exception {
        turns(3, 50);
        assertThat(turn(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(looks).isZero();

        turns(30, 50);
        pass(50);
        assertThat(turn(false)).isEqualTo(SelectStrategy.CONTINUE);
    }

    @Test
    void aWatchEndsWithWhatItWatchesFor() throws Exception {
        turns(30, 50);
        pass(50);
        assertThat(turn(false)).isEqualTo(SelectStrategy.CONTINUE);

        ready = 2;
        assertThat(turn(false)).isEqualTo(2);
        ready = 0;
        assertThat(turn(true)).isZero();
    }

    @Test
    void whoWatchesInVainSleepsAndSoonNoLongerWatches() throws Exception {
        turns(30, 50);
        pass(50);
        assertThat(turn(false)).isEqualTo(SelectStrategy.CONTINUE);
        pass(199);
        assertThat(turn(false)).isEqualTo(SelectStrategy.CONTINUE);
        pass(1);
        assertThat(turn(false)).isEqualTo(SelectStrategy.SELECT);

        turns(2, 10_000);
        looks = 0;
        pass(10_000);
        assertThat(turn(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(looks).isZero();
    }

    @Test
    void tasksAreNeverWaitedFor() throws Exception {
        ready = 3;
        assertThat(turn(true)).isEqualTo(3);
        assertThat(looks).isEqualTo(1);
    }
}
