package dev.kilter.benchmarks.validation;

import dev.kilter.cli.load.wire.NettyLoop;
import dev.kilter.core.ServiceCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares one configuration after the other.
 *
 * @param length of a replay, without its warm-up
 * @param replays through the real thing
 * @param repeats of what others have disturbed, at most
 * @param seed of the arrivals
 * @param logs where the processes' output goes
 */
record Trial(NettyLoop loop, Duration length, int replays, int repeats, long seed, Path logs) {
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration COMPILING = Duration.ofSeconds(4);

    /** Lengths of an uncounted load: a model that computes has code of its own, compiled for the batches that come. */
    private static final int REHEARSAL = 3;

    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration PROFILE = Duration.ofSeconds(8);

    /** Evenly spaced, so that no request meets another, and below the load from which batches wait for company. */
    private static final double CALM_LOAD = 0.4;

    /** Of each replay; the batches' times are drawn anew in each: their mean is what the simulator says. */
    private static final int SIMULATIONS = 9;

    Comparison compare(Configuration configuration) throws IOException, InterruptedException {
        Map<String, ServiceCurve> curves = curves(configuration);
        String variant = configuration.point().variant();
        boolean given = configuration.model().given(variant).isPresent();
        double capacity = configuration.capacity(curves.get(variant));
        Duration warmUp = atMost(WARM_UP);
        Duration whole = warmUp.plus(length);
        long[] arrivals = configuration.load().arrivals(capacity, whole, seed);
        List<Observed> real = new ArrayList<>();
        List<Map<String, ServiceCurve>> told = new ArrayList<>();
        double overhead;
        double longer;
        try (Stand stand = new Stand(configuration, loop, logs)) {
            stand.warmUp(atMost(COMPILING));
            if (!given) {
                Duration rehearsal = length.multipliedBy(REHEARSAL);
                stand.replay(configuration.load().arrivals(capacity, rehearsal, ~seed), rehearsal, Duration.ZERO);
            }
            double calmRate = CALM_LOAD / curves.get(variant).meanSeconds(1);
            Observed calm = undisturbed(() -> stand.calm(calmRate, atMost(CALM)));
            double engine = stand.learnt().meanSeconds(1);
            overhead = Math.max(0, calm.p50Seconds() - engine);
            // Measured ones anew: how fast this machine is changes within a minute by a fifth.
            curves = curves(configuration);
            longer = engine - curves.get(variant).meanSeconds(1);
            for (int i = 0; i < replays; i++) {
                told.add(later(i == 0 ? curves : curves(configuration), longer));
                real.add(undisturbed(() -> stand.replay(arrivals, whole, warmUp)));
            }
        }
        Duration added = Duration.ofNanos(Math.round(overhead * 1e9));
        List<Observed> simulated = new ArrayList<>();
        for (int i = 0; i < SIMULATIONS * replays; i++) {
            Simulated fleet = new Simulated(configuration, told.get(i % replays), added);
            simulated.add(fleet.replay(arrivals, whole, warmUp, i));
        }
        return new Comparison(
                configuration.name(),
                configuration.model().name(),
                configuration.replicas(),
                configuration.point().maxBatchSize(),
                configuration.objective().toNanos() / 1e9,
                configuration.load().describe(),
                arrivals.length / (whole.toNanos() / 1e9),
                overhead,
                longer,
                real,
                simulated);
    }

    private Duration atMost(Duration time) {
        return time.compareTo(length) < 0 ? time : length;
    }

    private interface Run {
        Observed run() throws InterruptedException;
    }

    /** Again, where others had too much of the machine; the last one counts in any case, and tells. */
    private Observed undisturbed(Run run) throws InterruptedException {
        Observed observed = run.run();
        for (int again = 0; again < repeats && observed.disturbed(); again++) {
            observed = run.run();
        }
        return observed;
    }

    private Map<String, ServiceCurve> curves(Configuration configuration) throws IOException, InterruptedException {
        Map<String, ServiceCurve> curves = new HashMap<>();
        for (String variant : configuration.variants()) {
            Optional<ServiceCurve> given = configuration.model().given(variant);
            curves.put(
                    variant,
                    given.isPresent()
                            ? given.get()
                            : RuntimeProcess.profile(
                                    Stand.alone(configuration.with(variant)), PROFILE, logs.resolve("profile.log")));
        }
        return curves;
    }

    /** A timer rings late, and joining a batch takes time: so much longer than its curve says, whatever the size. */
    private static Map<String, ServiceCurve> later(Map<String, ServiceCurve> curves, double seconds) {
        Map<String, ServiceCurve> later = new HashMap<>();
        curves.forEach((variant, curve) -> later.put(
                variant,
                new ServiceCurve(curve.points().stream()
                        .map(p -> new ServiceCurve.Point(
                                p.batchSize(), p.meanSeconds() + seconds, p.p99Seconds() + seconds, p.samples()))
                        .toList())));
        return later;
    }
}
