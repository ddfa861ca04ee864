package dev.kilter.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

    private static final long SLO_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final LoadStatistics statistics = new LoadStatistics(SLO_NANOS, 100);

    @Test
    void aStallShowsInTheP99OfAllWhoseTimeCameMeanwhile() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        LoadSample sample = run(300, Duration.ofMillis(1500), 1000, () -> {
            if (calls.incrementAndGet() == 100) {
                pause(600);
            }
            return CompletableFuture.completedFuture(LoadTarget.Reply.ANSWERED);
        });

        // One closed-loop client would have seen one slow request of some 450: p99 would not notice.
        assertThat(sample.total().p99Millis()).isGreaterThan(400);
        assertThat(sample.late()).isGreaterThan(100);
        assertThat(sample.latestMillis()).isGreaterThan(500);
        assertThat(sample.attainment()).isLessThan(0.9);
    }

    @Test
    void aFullClientCountsWhatItCouldNotSendAsFailed() throws Exception {
        LoadSample sample = run(200, Duration.ofMillis(300), 2, CompletableFuture::new);

        assertThat(sample.scheduled()).isGreaterThan(20);
        assertThat(sample.failed()).isEqualTo(sample.scheduled() - 2);
        assertThat(sample.attainment()).isZero();
    }

    @Test
    void refusalsAndBrokenRepliesAreCountedApart() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        LoadSample sample = run(200, Duration.ofMillis(300), 100, () -> switch (calls.getAndIncrement() % 3) {
            case 0 -> CompletableFuture.completedFuture(LoadTarget.Reply.ANSWERED);
            case 1 -> CompletableFuture.completedFuture(LoadTarget.Reply.REFUSED);
            default -> CompletableFuture.failedFuture(new IllegalStateException("connection reset"));
        });

        assertThat(sample.answered() + sample.refused() + sample.failed()).isEqualTo(sample.scheduled());
        assertThat(List.of(sample.answered(), sample.refused(), sample.failed()))
                .allMatch(count -> Math.abs(count - sample.scheduled() / 3.0) <= 1);
    }

    private LoadSample run(double rate, Duration duration, int maxInFlight, LoadTarget target)
            throws InterruptedException {
        RateCurve curve = new RateCurve(List.of(new RateCurve.Point(0, rate)));
        new LoadGenerator(new PoissonArrivals(curve, duration, 1), target, statistics, maxInFlight)
                .run(TimeUnit.MILLISECONDS.toNanos(100));
        return statistics.sample();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
