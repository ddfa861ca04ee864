package dev.kilter.autoscaler.metering;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.scaling.GpuLoads;
import dev.kilter.core.scaling.PodLoads;
import dev.kilter.protocol.RuntimeLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What the pods of one pool report, taken together. Not thread-safe. */
public final class PoolMeter {

    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final Duration MINIMUM = Duration.ofSeconds(4);

    /** A curve learnt from fewer batches says too little. */
    private static final long ENOUGH_BATCHES = 50;

    private final String model;
    private final Map<String, Track> tracks = new HashMap<>();

    /** @param model the served model's name in the pods */
    public PoolMeter(String model) {
        this.model = model;
    }

    private static final class Track {
        private final long startedAtMillis;
        private final CounterRing ring = new CounterRing(WINDOW, 20, 2);
        private RuntimeLoad.Model last;
        private long lastAtMillis;

        private Track(RuntimeLoad load, RuntimeLoad.Model model) {
            this.startedAtMillis = load.startedAtMillis();
            this.last = model;
            this.lastAtMillis = load.atMillis();
            ring.add(Instant.ofEpochMilli(load.atMillis()), new double[2]);
        }

        private void add(RuntimeLoad load, RuntimeLoad.Model model) {
            double[] growth = {model.answered() - last.answered(), model.busySeconds() - last.busySeconds()};
            ring.add(Instant.ofEpochMilli(load.atMillis()), growth);
            last = model;
            lastAtMillis = load.atMillis();
        }

        private boolean continues(RuntimeLoad load, RuntimeLoad.Model model) {
            return startedAtMillis == load.startedAtMillis()
                    && load.atMillis() >= lastAtMillis
                    && model.answered() >= last.answered()
                    && model.busySeconds() >= last.busySeconds();
        }

        private OptionalDouble perSecond(int counter) {
            double seconds = ring.covered(WINDOW).toNanos() / 1e9;
            return seconds < MINIMUM.toSeconds()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(ring.growth(WINDOW)[counter] / seconds);
        }
    }

    private record Sensible(Track track, RuntimeLoad load, RuntimeLoad.Model model) {}

    /**
     * Takes one round of reports from the ready pods of the pool.
     *
     * @param gpus that these pods hold
     */
    public PodLoads observe(List<LoadSnapshot.Pod> pods, int engineInstances, GpuLoads gpus) {
        tracks.keySet().retainAll(pods.stream().map(LoadSnapshot.Pod::name).collect(Collectors.toSet()));
        List<Sensible> reports = new ArrayList<>();
        for (LoadSnapshot.Pod pod : pods) {
            sensible(pod).ifPresent(reports::add);
        }
        return new PodLoads(
                pods.size(),
                reports.size(),
                mean(reports, r -> r.track().perSecond(0).orElse(Double.NaN)),
                mean(reports, r -> r.track().perSecond(1).orElse(Double.NaN) / Math.max(1, engineInstances)),
                mean(reports, r -> r.model().queued()).orElse(0),
                gpus,
                learntCurve(reports));
    }

    private Optional<Sensible> sensible(LoadSnapshot.Pod pod) {
        if (!(pod.reading() instanceof Reading.Report<RuntimeLoad>(RuntimeLoad load))) {
            return Optional.empty();
        }
        Optional<RuntimeLoad.Model> found =
                load.models().stream().filter(m -> m.name().equals(model)).findFirst();
        if (found.isEmpty() || !sensible(found.get())) {
            return Optional.empty();
        }
        RuntimeLoad.Model reported = found.get();
        Track track = tracks.get(pod.name());
        if (track == null || !track.continues(load, reported)) {
            track = new Track(load, reported);
            tracks.put(pod.name(), track);
        } else {
            track.add(load, reported);
        }
        return Optional.of(new Sensible(track, load, reported));
    }

    private static boolean sensible(RuntimeLoad.Model model) {
        return model.queued() >= 0
                && model.answered() >= 0
                && model.busySeconds() >= 0
                && Double.isFinite(model.busySeconds());
    }

    private static OptionalDouble mean(List<Sensible> reports, ToDoubleFunction<Sensible> value) {
        return reports.stream().mapToDouble(value).filter(Double::isFinite).average();
    }

    private static Optional<ServiceCurve> learntCurve(List<Sensible> reports) {
        return reports.stream()
                .map(r -> r.model().curve())
                .max(Comparator.comparingLong(PoolMeter::batches))
                .filter(curve -> batches(curve) >= ENOUGH_BATCHES)
                .flatMap(PoolMeter::curve);
    }

    private static long batches(List<RuntimeLoad.CurvePoint> curve) {
        return curve.stream().mapToLong(RuntimeLoad.CurvePoint::samples).sum();
    }

    private static Optional<ServiceCurve> curve(List<RuntimeLoad.CurvePoint> points) {
        List<ServiceCurve.Point> sensible = points.stream()
                .filter(p -> p.batchSize() >= 1 && p.meanMillis() > 0 && Double.isFinite(p.meanMillis()))
                .filter(p -> p.samples() > 0 && Double.isFinite(p.p99Millis()))
                .collect(Collectors.toMap(RuntimeLoad.CurvePoint::batchSize, p -> p, (a, b) -> b))
                .values()
                .stream()
                .sorted(Comparator.comparingInt(RuntimeLoad.CurvePoint::batchSize))
                .map(p ->
                        new ServiceCurve.Point(p.batchSize(), p.meanMillis() / 1000, p.p99Millis() / 1000, p.samples()))
                .toList();
        return sensible.isEmpty() ? Optional.empty() : Optional.of(new ServiceCurve(sensible));
    }
}
