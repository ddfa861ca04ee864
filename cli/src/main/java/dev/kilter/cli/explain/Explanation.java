package dev.kilter.cli.explain;

import dev.kilter.api.v1alpha1.InferenceDeploymentStatus.Event;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.protocol.DemandSummary;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The facts as a text for people, what matters most first. */
public final class Explanation {
    private static final int MOST_EVENTS = 8;
    private static final int MOST_CHANGES = 10;

    private final Facts facts;
    private final Ages ages;
    private final StringBuilder text = new StringBuilder();

    private Explanation(Facts facts) {
        this.facts = facts;
        this.ages = new Ages(facts.atMillis());
    }

    /** The whole text, with a line's end at its end. */
    public static String of(Facts facts) {
        return new Explanation(facts).write();
    }

    private String write() {
        Verdict verdict = Verdict.of(facts);
        line("%s in %s: %s", facts.name(), facts.place(), verdict.sentence());
        verdict.troubles().forEach(this::trouble);
        load();
        plan();
        pools();
        changes();
        events();
        facts.unseen().forEach(what -> line("%nnot seen: %s", what));
        return text.toString();
    }

    private void trouble(Verdict.Trouble trouble) {
        line(
                "%n! %s %s, for %s: %s",
                trouble.condition(), trouble.reason(), ages.since(trouble.since()), trouble.message());
        trouble.next().ifPresent(next -> line("  next: %s", next));
    }

    private void load() {
        Facts.Objective objective = facts.objective();
        line("%nLoad");
        line("  asked     p99 %s, at most %s of the requests failed or late", objective.p99(), objective.mayFail());
        if (facts.demand().isEmpty()) {
            line("  measured  nothing yet");
            return;
        }
        DemandSummary demand = facts.demand().get();
        String served =
                demand.p99Millis().map(p99 -> "p99 " + figure(p99) + " ms").orElse("nothing answered")
                        + demand.attainment()
                                .map(share -> ", " + percent(share) + " within the objective")
                                .orElse("");
        line("  measured  %s over %s s", served, figure(demand.windowSeconds()));
        line(
                "  arriving  %s/s, peaks at %s/s; reported %s ago",
                figure(demand.requestsPerSecond()),
                figure(demand.peakRequestsPerSecond()),
                ages.since(demand.atMillis()));
        demand.reasons().forEach(reason -> line("            %s", reason));
    }

    private void plan() {
        line("%nPlan");
        if (facts.plan().isEmpty()) {
            line("  none yet");
            return;
        }
        Plan plan = facts.plan().get();
        for (Plan.Pool pool : plan.pools()) {
            line(
                    "  chosen    %s on %s, batches up to %s: %s%s",
                    pool.activeVariant(), pool.acceleratorClass(), pool.maxBatchSize(), figures(pool), price(pool));
            line("            %s", pool.reason());
            Optional.ofNullable(pool.shortfall()).ifPresent(why -> line("            falls short: %s", why));
        }
        plan.rejected().forEach(no -> line("  not       %s: %s", no.configuration(), no.reason()));
        Optional<String> why = Optional.ofNullable(plan.reason()).filter(reason -> !reason.isBlank());
        line(
                "  made      %s for %s requests a second%s",
                Optional.ofNullable(plan.plannedAt())
                        .map(at -> ages.since(millis(at)) + " ago")
                        .orElse("at an unknown time"),
                plan.requestsPerSecond(),
                why.map(reason -> "; " + reason).orElse(""));
    }

    private static String figures(Plan.Pool pool) {
        String known = pool.capacityPerReplica() == null
                ? ""
                : ", each carries " + pool.capacityPerReplica() + "/s"
                        + Optional.ofNullable(pool.expectedP99())
                                .map(p99 -> " at p99 " + p99)
                                .orElse("");
        String evidence = "fixedTarget".equals(pool.evidence()) ? "as the specification says" : pool.evidence();
        return replicas(pool.replicas()) + known + " (" + evidence + ")";
    }

    private static String price(Plan.Pool pool) {
        return pool.costPerHour() == null ? "" : ", " + pool.costPerHour() + " an hour";
    }

    private void pools() {
        line(
                "%nPools, %d to %d replicas in all",
                facts.objective().minReplicas(), facts.objective().maxReplicas());
        if (facts.pools().isEmpty()) {
            line("  none");
        }
        facts.pools().stream()
                .sorted(Comparator.comparingInt(Facts.Pool::share).reversed().thenComparing(Facts.Pool::name))
                .forEach(this::pool);
    }

    private void pool(Facts.Pool pool) {
        Optional<DemandSummary.Pool> decided = facts.demand().stream()
                .flatMap(demand -> demand.pools().stream())
                .filter(each -> each.name().equals(pool.name()))
                .findFirst();
        String traffic = pool.share() == 0
                ? "; no new requests"
                : pool.share() < 100 ? "; " + pool.share() + " % of the requests" : "";
        String paused = pool.paused() ? "; paused: its count is somebody else's" : "";
        line(
                "  %s  %d of %s ready on %s, %s, batches up to %d%s%s",
                pool.name(),
                pool.ready(),
                replicas(pool.replicas()),
                pool.acceleratorClass(),
                decided.map(DemandSummary.Pool::variant).orElse(pool.variant()),
                decided.map(DemandSummary.Pool::maxBatchSize).orElse(pool.maxBatchSize()),
                traffic,
                paused);
        decided.ifPresent(each -> line("    %d wanted: %s", each.replicas(), each.reason()));
        facts.pods().stream().filter(pod -> pod.pool().equals(pool.name())).forEach(this::pod);
    }

    private void pod(Facts.Pod pod) {
        if (pod.state().isPresent() || pod.restarts() > 0) {
            String restarts = pod.restarts() == 0 ? "" : ", restarted " + pod.restarts() + " times";
            line(
                    "    pod %s%s%s: %s",
                    pod.name(),
                    pod.sinceMillis()
                            .map(since -> ", " + ages.since(since) + " old")
                            .orElse(""),
                    restarts,
                    pod.state().orElse("ready"));
        }
    }

    /** Scalings as the autoscaler tells them, which is sooner, and what the status kept when it was started anew. */
    private void changes() {
        Stream<Change> fresh = facts.demand().stream()
                .flatMap(demand -> demand.history().stream())
                .map(s -> new Change(s.atMillis() / 1000, s.pool(), "" + s.from(), "" + s.to(), s.reason()));
        Stream<Change> kept = facts.history().stream()
                .map(event -> new Change(
                        millis(event.time()) / 1000,
                        event.pool() == null ? event.type().toLowerCase(Locale.ROOT) : event.pool(),
                        event.from(),
                        event.to(),
                        event.reason()));
        List<Change> all = Stream.concat(fresh, kept)
                .distinct()
                .sorted(Comparator.comparingLong(Change::second).reversed())
                .limit(MOST_CHANGES)
                .toList();
        if (!all.isEmpty()) {
            line("%nLately");
        }
        all.forEach(change -> line(
                "  %s ago  %s %s%s: %s",
                ages.since(1000 * change.second()),
                change.what(),
                change.from() == null ? "" : change.from() + " → ",
                change.to(),
                change.reason()));
    }

    /** The status keeps whole seconds, so that the same scaling is the same here. */
    private record Change(long second, String what, String from, String to, String reason) {}

    /** Scalings are told above. */
    private void events() {
        List<Facts.Told> told = facts.events().stream()
                .filter(event -> !Stream.of("ScaledOut", "ScaledIn").toList().contains(event.reason()))
                .limit(MOST_EVENTS)
                .toList();
        if (!told.isEmpty()) {
            line("%nEvents");
        }
        told.forEach(event -> line(
                "%s %s ago%s  %s %s: %s",
                event.warning() ? "!" : " ",
                ages.since(event.atMillis()),
                event.times() > 1 ? ", " + event.times() + " times" : "",
                event.about(),
                event.reason(),
                event.message()));
    }

    private static String replicas(Integer count) {
        return count == null ? "replicas" : count + (count == 1 ? " replica" : " replicas");
    }

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    /** Three figures. */
    private static String figure(double value) {
        BigDecimal three = BigDecimal.valueOf(value).round(new MathContext(3)).stripTrailingZeros();
        return value >= 1_000 ? String.format(Locale.ROOT, "%,.0f", value) : three.toPlainString();
    }

    /** Rounded down: 99.996 % is not all of them. */
    private static String percent(double share) {
        return BigDecimal.valueOf(100 * share)
                        .setScale(2, RoundingMode.DOWN)
                        .stripTrailingZeros()
                        .toPlainString() + " %";
    }

    @SuppressWarnings("AnnotateFormatMethod") // Its annotations are no dependency of ours.
    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
