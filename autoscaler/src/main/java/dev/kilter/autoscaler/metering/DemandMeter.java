package dev.kilter.autoscaler.metering;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.core.scaling.Demand;
import dev.kilter.protocol.GatewayLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What arrives for one model at all gateways of its namespace. Not thread-safe. */
public final class DemandMeter {

    /** The shortest window of which a rate is told. */
    public static final Duration LATEST = Duration.ofSeconds(4);

    /** Scaling out follows this window: long enough that the noise of a Poisson stream is small. */
    public static final Duration BURST = Duration.ofSeconds(10);

    /** The rate that is told, and that scaling in starts from. */
    public static final Duration STEADY = Duration.ofSeconds(60);

    /** A gateway's last rate is believed for so long without another report. */
    public static final Duration STALE_AFTER = Duration.ofSeconds(10);

    private static final int SLOTS = 150;

    private final String model;
    private final Duration sloWindow;
    private final Map<String, GatewayTrack> tracks = new HashMap<>();
    private final RatePeaks peaks = new RatePeaks();
    private CounterRing rates = newRates();
    private CounterRing objective;
    private CounterRing histogram;
    private List<Double> bounds = List.of();
    private Instant last = Instant.MIN;
    private List<String> notes = List.of();
    private boolean partial;
    private int known;
    private long lesserLeft;

    /**
     * @param model the model's name at the gateways
     * @param sloWindow what p99 and attainment are told over
     */
    public DemandMeter(String model, Duration sloWindow) {
        this.model = model;
        this.sloWindow = sloWindow;
        this.objective = new CounterRing(sloWindow, SLOTS, GatewayTrack.WIDTH);
        this.histogram = new CounterRing(sloWindow, SLOTS, 0);
    }

    /**
     * How well clients were served over the SLO's window.
     *
     * @param p99Millis of requests answered well; empty: none was
     * @param attainment fraction of offered requests, the invalid ones left out, answered within the objective; empty:
     *     none was offered
     */
    public record Service(Optional<Double> p99Millis, Optional<Double> attainment) {}

    /** Takes one round of reports from the gateways of the model's namespace. */
    public void observe(List<LoadSnapshot.Gateway> gateways, Instant now) {
        take(gateways, now);
        List<GatewayTrack.Rates> fresh = tracks.values().stream()
                .flatMap(t -> t.rates(now, STALE_AFTER).stream())
                .toList();
        known = fresh.size();
        lesserLeft = fresh.stream().mapToLong(GatewayTrack.Rates::lesserLeft).sum();
        partial = !notes.isEmpty() || known < tracks.size();
        if (!fresh.isEmpty()) {
            add(fresh, now);
        }
    }

    /** The rates now. */
    public Demand demand() {
        if (tracks.isEmpty()) {
            return new Demand.Unavailable("no gateway is known");
        }
        if (known == 0) {
            String why = notes.isEmpty() ? "no gateway has reported twice yet" : String.join(", ", notes);
            return new Demand.Unavailable(why);
        }
        double[] growth = rates.growth(BURST);
        Demand.Outcomes recent = new Demand.Outcomes(
                growth[GatewayTrack.OFFERED],
                growth[GatewayTrack.ANSWERED],
                growth[GatewayTrack.REFUSED],
                growth[GatewayTrack.FAILED],
                growth[GatewayTrack.WITHIN_SLO]);
        return new Demand.Measured(
                perSecond(LATEST),
                perSecond(BURST),
                perSecond(STEADY),
                recent,
                Math.max(0, lesserLeft - missed()),
                partial,
                notes);
    }

    /** Over the SLO's window. */
    private double missed() {
        double[] growth = objective.growth(sloWindow);
        return growth[GatewayTrack.OFFERED] - growth[GatewayTrack.INVALID] - growth[GatewayTrack.WITHIN_SLO];
    }

    /** How well clients were served over the SLO's window. */
    public Service service() {
        double[] growth = objective.growth(sloWindow);
        double valid = growth[GatewayTrack.OFFERED] - growth[GatewayTrack.INVALID];
        Optional<Double> attainment =
                valid > 0.5 ? Optional.of(Math.min(1, growth[GatewayTrack.WITHIN_SLO] / valid)) : Optional.empty();
        return new Service(Latencies.quantile(0.99, bounds, histogram.growth(sloWindow)), attainment);
    }

    /** The rate that a plan should carry. */
    public double peakPerSecond() {
        return Math.max(peaks.peak(), perSecond(STEADY));
    }

    /** Offered requests a second over the longer window. */
    public double steadyPerSecond() {
        return perSecond(STEADY);
    }

    private void take(List<LoadSnapshot.Gateway> gateways, Instant now) {
        Set<String> listed =
                gateways.stream().map(LoadSnapshot.Gateway::instance).collect(Collectors.toSet());
        tracks.keySet().retainAll(listed);
        List<String> odd = new ArrayList<>();
        for (LoadSnapshot.Gateway gateway : gateways) {
            GatewayTrack track = tracks.computeIfAbsent(gateway.instance(), name -> new GatewayTrack());
            problem(track, gateway.reading(), now)
                    .ifPresent(problem -> odd.add("gateway " + gateway.instance() + " " + problem));
        }
        notes = List.copyOf(odd);
    }

    private Optional<String> problem(GatewayTrack track, Reading<GatewayLoad> reading, Instant now) {
        return switch (reading) {
            case Reading.Report<GatewayLoad>(GatewayLoad load) -> track.report(load, model, now);
            case Reading.Missing<GatewayLoad>(String reason) -> Optional.of("did not report: " + reason);
        };
    }

    private void add(List<GatewayTrack.Rates> fresh, Instant now) {
        boolean first = last.equals(Instant.MIN);
        Duration since = first ? Duration.ZERO : Duration.between(last, now);
        if (since.compareTo(STALE_AFTER) > 0) {
            // Nothing is known of the gap: windows begin anew.
            rates = newRates();
            since = Duration.ZERO;
        }
        last = now;
        double seconds = Math.max(0, since.toNanos() / 1e9);
        if (rates.covered(BURST).isZero() && seconds == 0) {
            // The first rates already tell of the time before this round; a second of it starts the windows.
            rates.add(now.minusSeconds(1), new double[GatewayTrack.WIDTH]);
            objective.add(now.minusSeconds(1), new double[GatewayTrack.WIDTH]);
            seconds = 1;
        }
        useBoundsOf(fresh);
        double[] growth = new double[GatewayTrack.WIDTH];
        double[] buckets = new double[bounds.size()];
        for (GatewayTrack.Rates gateway : fresh) {
            accumulate(growth, gateway.values(), seconds);
            if (gateway.bounds().equals(bounds)) {
                accumulate(buckets, gateway.buckets(), seconds);
            }
        }
        rates.add(now, growth);
        objective.add(now, growth);
        histogram.add(now, buckets);
        peaks.add(now, perSecond(BURST));
    }

    private void useBoundsOf(List<GatewayTrack.Rates> fresh) {
        boolean stillInUse = fresh.stream().anyMatch(r -> r.bounds().equals(bounds));
        if (bounds.isEmpty() || !stillInUse) {
            bounds = fresh.stream()
                    .map(GatewayTrack.Rates::bounds)
                    .filter(b -> !b.isEmpty())
                    .findFirst()
                    .orElse(List.of());
            histogram = new CounterRing(sloWindow, SLOTS, bounds.size());
            histogram.add(last.minusSeconds(1), new double[bounds.size()]);
        }
    }

    private double perSecond(Duration window) {
        double seconds = rates.covered(window).toNanos() / 1e9;
        return seconds > 0 ? rates.growth(window)[GatewayTrack.OFFERED] / seconds : 0;
    }

    private static void accumulate(double[] into, double[] perSecond, double seconds) {
        for (int i = 0; i < into.length; i++) {
            into[i] += perSecond[i] * seconds;
        }
    }

    private static CounterRing newRates() {
        return new CounterRing(STEADY, SLOTS, GatewayTrack.WIDTH);
    }
}
