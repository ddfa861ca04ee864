package dev.kilter.cli.bench;

import dev.kilter.cli.load.Arrivals;
import dev.kilter.cli.load.ConstantArrivals;
import dev.kilter.cli.load.Pace;
import dev.kilter.cli.load.PoissonArrivals;
import dev.kilter.cli.load.RateCurve;
import dev.kilter.cli.load.ReplayedArrivals;
import java.time.Duration;
import java.util.Locale;

/** What is offered, before it is known for how long. */
public sealed interface Load {

    /** Its name for people, with the rate. */
    String describe();

    /** Requests a second that it offers at most; infinite in a closed loop. */
    double peak();

    /**
     * The pace of one run.
     *
     * @param warmUp offered before, and not counted
     * @param duration counted
     */
    Pace pace(Duration warmUp, Duration duration, long seed);

    /** Arrivals along a curve, Poisson or evenly spaced; the first rate warms up. */
    record Curve(RateCurve curve, boolean poisson, String name) implements Load {

        public static Curve constant(double perSecond, boolean poisson) {
            return new Curve(
                    RateCurve.constant(perSecond),
                    poisson,
                    String.format(Locale.ROOT, "%s/s", Numbers.brief(perSecond)));
        }

        @Override
        public String describe() {
            return "open loop, " + (poisson ? "Poisson" : "evenly spaced") + ", " + name;
        }

        @Override
        public double peak() {
            return curve.peak();
        }

        @Override
        public Pace pace(Duration warmUp, Duration duration, long seed) {
            RateCurve whole = warmUp.isZero() ? curve : curve.delayed(warmUp.toNanos() / 1e9);
            Duration length = warmUp.plus(duration);
            Arrivals arrivals =
                    poisson ? new PoissonArrivals(whole, length, seed) : new ConstantArrivals(whole, length);
            return new Pace.OpenLoop(arrivals);
        }
    }

    /** Recorded arrivals; their first part warms up. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Replay(long[] nanos, String name) implements Load {
        @Override
        public String describe() {
            return "open loop, replayed, " + name;
        }

        /** The busiest second's count. */
        @Override
        public double peak() {
            int most = 0;
            int from = 0;
            for (int to = 0; to < nanos.length; to++) {
                while (nanos[to] - nanos[from] >= 1_000_000_000L) {
                    from++;
                }
                most = Math.max(most, to - from + 1);
            }
            return most;
        }

        @Override
        public Pace pace(Duration warmUp, Duration duration, long seed) {
            return new Pace.OpenLoop(new ReplayedArrivals(nanos, warmUp.plus(duration)));
        }
    }

    /** So many clients that wait for each answer. */
    record Closed(int concurrency) implements Load {
        @Override
        public String describe() {
            return "closed loop, " + concurrency + (concurrency == 1 ? " client" : " clients");
        }

        @Override
        public double peak() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public Pace pace(Duration warmUp, Duration duration, long seed) {
            return new Pace.ClosedLoop(concurrency, warmUp.plus(duration).toNanos());
        }
    }
}
