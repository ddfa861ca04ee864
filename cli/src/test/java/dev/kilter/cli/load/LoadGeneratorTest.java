package dev.kilter.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.cli.load.LoadTarget.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLO_NANOS = 200 * MILLI;

    private final VirtualLoop loop = new VirtualLoop();
    private final LoadStatistics statistics = new LoadStatistics(SLO_NANOS, 100);

    /** Answers as it is told, at once or later. */
    private abstract static class FakeTarget implements LoadTarget {
        int calls;
        boolean abandoned;

        @Override
        public void send(long due, Sink sink) {
            answer(++calls, due, sink);
        }

        abstract void answer(int call, long due, Sink sink);

        @Override
        public void abandon() {
            abandoned = true;
        }
    }

    @Test
    void aStallOfTheGeneratorShowsInTheP99OfAllWhoseTimeCameMeanwhile() throws Exception {
        LoadSample sample = poisson(300, Duration.ofMillis(1500), 1000, new FakeTarget() {
            @Override
            void answer(int call, long due, Sink sink) {
                if (call == 100) {
                    loop.stall(600 * MILLI);
                }
                sink.replied(due, Reply.ANSWERED);
            }
        });

        assertThat(sample.total().p99Millis()).isBetween(560.0, 601.0);
        assertThat(sample.late()).isBetween(140L, 220L);
        assertThat(sample.latestMillis()).isBetween(570.0, 601.0);
        assertThat(sample.attainment()).isLessThan(0.8);
    }

    @Test
    void aFullClientCountsWhatItCouldNotSendApart() throws Exception {
        FakeTarget silent = new FakeTarget() {
            @Override
            void answer(int call, long due, Sink sink) {
                // Never.
            }
        };
        LoadSample sample = poisson(200, Duration.ofMillis(300), 2, silent);

        assertThat(sample.scheduled()).isGreaterThan(20);
        assertThat(sample.notSent()).isEqualTo(sample.scheduled() - 2);
        assertThat(sample.attainment()).isZero();
        assertThat(silent.abandoned).isTrue();
    }

    @Test
    void refusalsFailuresAndTimeoutsAreCountedApart() throws Exception {
        LoadSample sample = poisson(200, Duration.ofMillis(300), 100, new FakeTarget() {
            @Override
            void answer(int call, long due, Sink sink) {
                sink.replied(
                        due,
                        List.of(Reply.ANSWERED, Reply.REFUSED, Reply.FAILED, Reply.TIMED_OUT)
                                .get(call % 4));
            }
        });

        assertThat(List.of(sample.answered(), sample.refused(), sample.failed(), sample.timedOut()))
                .allMatch(count -> Math.abs(count - sample.scheduled() / 4.0) <= 1);
    }

    @Test
    void aClosedLoopKeepsItsClientsBusyAndNoMore() throws Exception {
        int[] mostAtOnce = {0};
        int[] open = {0};
        FakeTarget tenMillis = new FakeTarget() {
            @Override
            void answer(int call, long due, Sink sink) {
                mostAtOnce[0] = Math.max(mostAtOnce[0], ++open[0]);
                loop.at(loop.nanos() + 10 * MILLI, () -> {
                    open[0]--;
                    sink.replied(due, Reply.ANSWERED);
                });
            }
        };
        LoadSample sample = run(new Pace.ClosedLoop(4, 1000 * MILLI), 100, tenMillis);

        assertThat(mostAtOnce[0]).isEqualTo(4);
        assertThat(sample.answered()).isEqualTo(4 * 100);
        assertThat(sample.total().p50Millis()).isBetween(9.9, 10.1);
    }

    @Test
    void aClosedLoopDoesNotHammerWhatFails() throws Exception {
        LoadSample sample = run(new Pace.ClosedLoop(1, 1000 * MILLI), 100, new FakeTarget() {
            @Override
            void answer(int call, long due, Sink sink) {
                sink.replied(due, Reply.FAILED);
            }
        });

        assertThat(sample.failed()).isBetween(90L, 101L);
    }

    @Test
    void aRequestCountsForAVerdictOnlyWhenItsFateIsCertain() throws Exception {
        long begun = loop.nanos();
        run(
                new Pace.OpenLoop(new ReplayedArrivals(new long[] {0, MILLI, 2 * MILLI}, Duration.ofSeconds(1))),
                9,
                new FakeTarget() {
                    @Override
                    void answer(int call, long due, Sink sink) {
                        if (call != 2) {
                            sink.replied(due, Reply.ANSWERED);
                        }
                    }
                });

        assertThat(statistics.settled(begun + SLO_NANOS)).isEqualTo(new SettledCounts.Counts(0, 0));
        assertThat(statistics.settled(begun + SLO_NANOS + 50 * MILLI)).isEqualTo(new SettledCounts.Counts(3, 1));
    }

    @Test
    void warmingUpIsCountedApart() throws Exception {
        LoadStatistics warm = new LoadStatistics(SLO_NANOS, 1);
        Pace pace = new Pace.OpenLoop(new ConstantArrivals(RateCurve.constant(100), Duration.ofSeconds(3)));
        FakeTarget quick = new FakeTarget() {
            @Override
            void answer(int call, long due, Sink sink) {
                sink.replied(due, Reply.ANSWERED);
            }
        };
        LoadGenerator generator = new LoadGenerator(loop, pace, quick, new WarmUp(1000 * MILLI, warm, statistics), 100);
        generator.begin(MILLI);
        loop.run();

        assertThat(warm.sample().answered()).isBetween(99L, 101L);
        assertThat(statistics.sample().answered()).isBetween(199L, 201L);
    }

    private LoadSample poisson(double rate, Duration duration, int maxInFlight, LoadTarget target)
            throws InterruptedException {
        Pace pace = new Pace.OpenLoop(new PoissonArrivals(RateCurve.constant(rate), duration, 1));
        return run(pace, maxInFlight, target);
    }

    private LoadSample run(Pace pace, int maxInFlight, LoadTarget target) throws InterruptedException {
        LoadGenerator generator = new LoadGenerator(loop, pace, target, statistics, maxInFlight);
        generator.begin(100 * MILLI);
        loop.run();
        assertThat(generator.await(0)).isTrue();
        return statistics.sample();
    }
}
