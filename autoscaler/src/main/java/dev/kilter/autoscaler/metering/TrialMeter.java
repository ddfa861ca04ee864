package dev.kilter.autoscaler.metering;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.protocol.DemandSummary;
import dev.kilter.protocol.GatewayLoad;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the revisions of a model do that take traffic at the same time, counted from when their shares were changed last:
 * what befalls all of them alike is then told from what befalls one. Not thread-safe.
 */
public final class TrialMeter {

    private final String model;
    private final Map<String, Seen> gateways = new HashMap<>();
    private SortedMap<String, Integer> shares = new TreeMap<>();
    private SortedMap<String, Counts> arms = new TreeMap<>();
    private Instant since = Instant.MIN;

    /** @param model the model's name at the gateways */
    public TrialMeter(String model) {
        this.model = model;
    }

    /** The last report of one gateway. */
    private record Seen(long startedAtMillis, Map<String, GatewayLoad.Outcomes> pools) {}

    private record Counts(long requests, long missed, long failed, int worseRounds) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts plus(Counts more) {
            return new Counts(
                    requests + more.requests,
                    missed + more.missed,
                    failed + more.failed,
                    worseRounds + more.worseRounds);
        }

        boolean breaks(double mayMiss, double mayFail) {
            return missed + failed > mayMiss * requests || failed > mayFail * requests;
        }

        Counts worse() {
            return new Counts(requests, missed, failed, 1);
        }
    }

    /**
     * Takes one round of reports.
     *
     * @param reports of the gateways of the model's namespace
     * @param pools of the model, with their shares as they are now
     * @param mayMiss fraction of requests that may miss the objective, failures among them
     * @param mayFail fraction of requests that may fail
     */
    public void observe(
            List<LoadSnapshot.Gateway> reports,
            List<ScalingTarget.Pool> pools,
            double mayMiss,
            double mayFail,
            Instant now) {
        SortedMap<String, Counts> round = round(reports, pools);
        SortedMap<String, Integer> current = new TreeMap<>();
        pools.stream().filter(pool -> pool.share() > 0).forEach(pool -> current.put(pool.revision(), pool.share()));
        if (!current.equals(shares)) {
            // What this round tells was sent by the shares before.
            shares = current;
            arms = new TreeMap<>();
            since = now;
            return;
        }
        long broken = round.values().stream()
                .filter(counts -> counts.breaks(mayMiss, mayFail))
                .count();
        round.forEach((revision, counts) -> arms.merge(
                revision, broken == 1 && counts.breaks(mayMiss, mayFail) ? counts.worse() : counts, Counts::plus));
    }

    /** What was counted since the shares are these; empty: fewer than two revisions take traffic. */
    public Optional<DemandSummary.Trial> trial() {
        if (shares.size() < 2) {
            return Optional.empty();
        }
        List<DemandSummary.Arm> told = shares.entrySet().stream()
                .map(share -> arm(share.getKey(), share.getValue(), arms.getOrDefault(share.getKey(), Counts.NONE)))
                .toList();
        return Optional.of(new DemandSummary.Trial(since.toEpochMilli(), told));
    }

    private static DemandSummary.Arm arm(String revision, int share, Counts counts) {
        return new DemandSummary.Arm(
                revision, share, counts.requests(), counts.missed(), counts.failed(), counts.worseRounds());
    }

    /** What was counted since the last round, by revision. */
    private SortedMap<String, Counts> round(List<LoadSnapshot.Gateway> reports, List<ScalingTarget.Pool> pools) {
        Map<String, String> revisions =
                pools.stream().collect(Collectors.toMap(ScalingTarget.Pool::name, ScalingTarget.Pool::revision));
        SortedMap<String, Counts> round = new TreeMap<>();
        gateways.keySet()
                .retainAll(reports.stream().map(LoadSnapshot.Gateway::instance).collect(Collectors.toSet()));
        for (LoadSnapshot.Gateway gateway : reports) {
            if (gateway.reading() instanceof Reading.Report<GatewayLoad>(GatewayLoad load)) {
                growth(gateway.instance(), load).forEach((pool, grown) -> {
                    if (revisions.containsKey(pool)) {
                        round.merge(revisions.get(pool), grown, Counts::plus);
                    }
                });
            }
        }
        return round;
    }

    /** By pool; nothing of a gateway that is seen for the first time: what it counted may be old. */
    private Map<String, Counts> growth(String instance, GatewayLoad load) {
        Map<String, GatewayLoad.Outcomes> now = load.models().stream()
                .filter(each -> each.name().equals(model))
                .flatMap(each -> each.pools().stream())
                .filter(pool -> pool.outcomes().isPresent())
                .collect(Collectors.toMap(
                        GatewayLoad.Pool::name, pool -> pool.outcomes().get(), (first, again) -> first));
        Seen before = gateways.put(instance, new Seen(load.startedAtMillis(), now));
        if (before == null) {
            return Map.of();
        }
        boolean restarted = before.startedAtMillis() != load.startedAtMillis();
        Map<String, Counts> growth = new HashMap<>();
        now.forEach((pool, outcomes) -> growth.put(
                pool,
                growth(
                        restarted
                                ? Optional.empty()
                                : Optional.ofNullable(before.pools().get(pool)),
                        outcomes)));
        return growth;
    }

    /** A pool that was not there before, or whose counters fell, counts from zero. */
    private static Counts growth(Optional<GatewayLoad.Outcomes> before, GatewayLoad.Outcomes now) {
        GatewayLoad.Outcomes from = before.filter(then ->
                        then.met() <= now.met() && then.missed() <= now.missed() && then.failed() <= now.failed())
                .orElse(new GatewayLoad.Outcomes(0, 0, 0));
        long missed = now.missed() - from.missed();
        long failed = now.failed() - from.failed();
        return new Counts(now.met() - from.met() + missed + failed, missed, failed, 0);
    }
}
