package dev.kilter.benchmarks.validation;

import dev.kilter.cli.load.LoadListener;
import dev.kilter.cli.load.LoadTarget.Reply;
import java.time.Duration;
import java.util.Arrays;

/** Writes every answer down, on the generator's loop; read once the generator has ended. */
final class Recorder implements LoadListener {
    private final long warmUp;
    private final long objective;
    private long[] latencies = new long[1024];
    private long[] lateness = new long[1024];
    private int answered;
    private int offered;
    private int inTime;
    private int refused;
    private int broken;
    private boolean begun;
    private long counted;

    /**
     * @param first when the first request is due, nanoseconds since the beginning
     * @param warmUp what is due earlier is left out
     */
    Recorder(long first, Duration warmUp, Duration objective) {
        this.warmUp = warmUp.toNanos() - first;
        this.objective = objective.toNanos();
    }

    @Override
    public void scheduled(long due, long latenessNanos) {
        if (!begun) {
            begun = true;
            counted = due + warmUp;
        }
        if (due - counted >= 0) {
            lateness = room(lateness, offered);
            lateness[offered++] = latenessNanos;
        }
    }

    @Override
    public void completed(long due, Reply reply, long latencyNanos) {
        if (due - counted < 0) {
            return;
        }
        switch (reply) {
            case ANSWERED -> {
                latencies = room(latencies, answered);
                latencies[answered++] = latencyNanos;
                inTime += latencyNanos <= objective ? 1 : 0;
            }
            case REFUSED -> refused++;
            case FAILED, TIMED_OUT, NOT_SENT -> broken++;
        }
    }

    private static long[] room(long[] values, int used) {
        return used < values.length ? values : Arrays.copyOf(values, 2 * used);
    }

    /** @param othersShare see {@link Observed} */
    Observed observed(double othersShare) {
        return new Observed(
                offered,
                answered,
                inTime,
                refused,
                broken,
                Observed.quantile(latencies, answered, 0.5),
                Observed.quantile(latencies, answered, 0.99),
                Observed.quantile(lateness, offered, 0.99),
                othersShare);
    }
}
