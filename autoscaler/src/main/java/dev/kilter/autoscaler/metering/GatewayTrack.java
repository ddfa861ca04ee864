package dev.kilter.autoscaler.metering;

import dev.kilter.protocol.GatewayLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One gateway's counters for one model, as rates. Time is the gateway's own, so its clock need not agree with ours. A
 * restart counts from zero; counters that fall without one are not believed.
 */
final class GatewayTrack {

    /** The counters, in the order of {@link Counters#values()}. */
    static final int OFFERED = 0;

    static final int ANSWERED = 1;
    static final int REFUSED = 2;
    static final int FAILED = 3;
    static final int INVALID = 4;
    static final int WITHIN_SLO = 5;
    static final int WIDTH = 6;

    /** A process this young is counted from its start: all it ever counted is news. */
    private static final long YOUNG_MILLIS = 10_000;

    private Optional<Counters> last = Optional.empty();
    private Optional<Rates> rates = Optional.empty();
    private Instant freshAt = Instant.MIN;

    /** What a gateway counted until now. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this package
    record Counters(
            long startedAtMillis,
            long atMillis,
            double[] values,
            long lesserLeft,
            List<Double> bounds,
            double[] buckets) {

        static Counters of(GatewayLoad load, String model) {
            for (GatewayLoad.Model m : load.models()) {
                if (m.name().equals(model)) {
                    double[] values = {m.offered(), m.answered(), m.refused(), m.failed(), m.invalid(), m.withinSlo()};
                    return new Counters(
                            load.startedAtMillis(),
                            load.atMillis(),
                            values,
                            m.lesserLeft().orElse(0L),
                            m.latency().stream()
                                    .map(GatewayLoad.Bucket::upToMillis)
                                    .toList(),
                            m.latency().stream()
                                    .mapToDouble(GatewayLoad.Bucket::count)
                                    .toArray());
                }
            }
            // A gateway that does not know the model yet has counted nothing for it.
            return new Counters(
                    load.startedAtMillis(), load.atMillis(), new double[WIDTH], 0, List.of(), new double[0]);
        }

        boolean sensible() {
            for (double value : values) {
                if (value < 0) {
                    return false;
                }
            }
            for (int i = 0; i < buckets.length; i++) {
                if (buckets[i] < (i == 0 ? 0 : buckets[i - 1])) {
                    return false;
                }
            }
            return lesserLeft >= 0 && bounds.stream().allMatch(Double::isFinite);
        }
    }

    /** Growth a second, and what may still be degraded. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never leaves this package
    record Rates(double[] values, long lesserLeft, List<Double> bounds, double[] buckets) {}

    /** @return what is wrong with the report; empty: it was taken */
    Optional<String> report(GatewayLoad load, String model, Instant now) {
        Counters current = Counters.of(load, model);
        if (!current.sensible()) {
            return Optional.of("reports negative or falling counts");
        }
        boolean restarted = last.isPresent() && last.get().startedAtMillis() != current.startedAtMillis();
        long age = current.atMillis() - current.startedAtMillis();
        if (restarted || (last.isEmpty() && age > 0 && age < YOUNG_MILLIS)) {
            rates = rates(zero(current), current);
        } else if (last.isPresent()) {
            long elapsed = current.atMillis() - last.get().atMillis();
            if (elapsed == 0) {
                return Optional.of("repeats its last report");
            }
            Optional<Rates> grown = rates(last.get(), current);
            last = Optional.of(current);
            if (elapsed < 0 || grown.isEmpty()) {
                return Optional.of(elapsed < 0 ? "its clock went back" : "its counters fell without a restart");
            }
            rates = grown;
        }
        last = Optional.of(current);
        if (rates.isPresent()) {
            freshAt = now;
        }
        return Optional.empty();
    }

    /** The last rates, for as long as they are news. */
    Optional<Rates> rates(Instant now, Duration staleAfter) {
        boolean fresh =
                !freshAt.equals(Instant.MIN) && Duration.between(freshAt, now).compareTo(staleAfter) <= 0;
        return fresh ? rates : Optional.empty();
    }

    private static Counters zero(Counters like) {
        return new Counters(
                like.startedAtMillis(),
                like.startedAtMillis(),
                new double[WIDTH],
                like.lesserLeft(),
                like.bounds(),
                new double[like.buckets().length]);
    }

    private static Optional<Rates> rates(Counters from, Counters to) {
        double seconds = (to.atMillis() - from.atMillis()) / 1000.0;
        if (!(seconds > 0)) {
            return Optional.empty();
        }
        double[] values = new double[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            values[i] = (to.values()[i] - from.values()[i]) / seconds;
            if (values[i] < 0) {
                return Optional.empty();
            }
        }
        double[] buckets = new double[to.buckets().length];
        boolean comparable = from.bounds().equals(to.bounds());
        for (int i = 0; i < buckets.length; i++) {
            // With other bounds than before nothing can be said of latencies this once.
            buckets[i] = comparable ? Math.max(0, (to.buckets()[i] - from.buckets()[i]) / seconds) : 0;
        }
        return Optional.of(new Rates(values, to.lesserLeft(), to.bounds(), buckets));
    }
}
