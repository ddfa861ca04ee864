package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.operator.plan.Rollout.Running;
import dev.kilter.operator.plan.Rollout.Stage;
import dev.kilter.operator.plan.Rollout.Target;
import dev.kilter.operator.plan.Standing.Candidate;
import dev.kilter.operator.plan.Standing.Established;
import dev.kilter.operator.plan.Standing.Retired;
import dev.kilter.operator.plan.Standing.RolledBack;
import dev.kilter.protocol.DemandSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One decision of {@link Rollout}, while it is made. */
final class RolloutStep {

    /** How much two machines' clocks may differ. */
    private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

    private final Rollout.Situation at;
    private final RolloutRules rules;
    private final Instant now;
    private final List<Running> own;
    private final List<Running> stable;
    private final SortedMap<String, Target> pools = new TreeMap<>();
    private final List<String> delete = new ArrayList<>();
    private final List<String> emptied = new ArrayList<>();
    private Optional<Duration> wakeAfter = Optional.empty();

    RolloutStep(Rollout.Situation at, Instant now) {
        this.at = at;
        this.rules = at.rules();
        this.now = now;
        this.own = at.running().stream()
                .filter(pool -> pool.revision().equals(at.revision()))
                .toList();
        this.stable = stable(at);
    }

    /** The pools of the other revision that serves: the established one, or else what carries most. */
    private static List<Running> stable(Rollout.Situation at) {
        List<Running> others = at.running().stream()
                .filter(pool -> !pool.revision().equals(at.revision()) && pool.carries())
                .toList();
        return others.stream()
                .max(Comparator.comparingInt((Running pool) -> pool.standing() instanceof Established ? 1 : 0)
                        .thenComparingInt(Running::share))
                .map(first -> others.stream()
                        .filter(pool -> pool.revision().equals(first.revision()))
                        .toList())
                .orElse(List.of());
    }

    Rollout decide() {
        boolean served = own.stream()
                .anyMatch(pool -> (pool.carries() && pool.standing() instanceof Established)
                        || (pool.standing() instanceof Retired(Instant ignored, boolean proven) && proven));
        if (served || stable.isEmpty()) {
            return takeOver();
        }
        Optional<Running> rolledBack = own.stream()
                .filter(pool -> at.wanted().containsKey(pool.name()) && pool.standing() instanceof RolledBack)
                .findFirst();
        if (rolledBack.isPresent()) {
            return hold(
                    (RolledBack) rolledBack.get().standing(), rolledBack.get().name());
        }
        if (stable.stream().noneMatch(this::mayServe)) {
            return takeOver();
        }
        int share = own.stream().mapToInt(Running::share).max().orElse(0);
        return share == 0 ? warmUp() : tryOut(share);
    }

    /** One that lost its pods a moment ago gets them back; one that never had any, or for long, is nothing to keep. */
    private boolean mayServe(Running pool) {
        return pool.ready() > 0
                || pool.lostSince()
                        .filter(since -> now.isBefore(since.plus(rules.progressDeadline())))
                        .isPresent();
    }

    /** No pod of the new revision takes traffic yet. */
    private Rollout warmUp() {
        boolean anyReady = own.stream().anyMatch(pool -> pool.ready() > 0);
        boolean nobodyElse = stable.stream().noneMatch(pool -> pool.ready() > 0);
        if (isWarm() || (nobodyElse && anyReady)) {
            return step(rules.firstShare());
        }
        Instant since = since();
        if (isOver(since)) {
            return rollBack((lacksRoom() ? noRoom() : "it was not ready") + " within " + inTime() + trouble());
        }
        at.wanted().keySet().forEach(name -> put(name, 0, new Candidate(sinceOf(name))));
        settleOthers(Rollout.FULL);
        wakeAt(since.plus(rules.progressDeadline()));
        return done(new Stage.Warming(at.revision()));
    }

    private Optional<Rollout.Trouble> ownTrouble() {
        return own.stream().flatMap(pool -> pool.trouble().stream()).findFirst();
    }

    private String trouble() {
        return ownTrouble().map(it -> ": " + it.message()).orElse("");
    }

    private boolean lacksRoom() {
        return ownTrouble().filter(Rollout.Trouble::lacksRoom).isPresent();
    }

    private String noRoom() {
        return "there was no room for its pods beside those of revision "
                + stable.getFirst().revision();
    }

    private String inTime() {
        return text(rules.progressDeadline()) + ", its progressDeadline";
    }

    /** It takes a part of the requests. */
    private Rollout tryOut(int share) {
        Instant since = since();
        Duration elapsed = Duration.between(since, now);
        return switch (CanaryAnalysis.judge(measured(share, since), rules, elapsed)) {
            case CanaryAnalysis.Worse(String measured) -> rollBack("at " + share + " % of the traffic " + measured);
            case CanaryAnalysis.Doubtful(String measured) ->
                isOver(since)
                        ? rollBack("after " + text(rules.progressDeadline()) + " at " + share
                                + " % of the traffic it still looks worse: " + measured)
                        : stay(share, since, Optional.of(measured));
            case CanaryAnalysis.Open(Duration lookAgain) -> {
                wakeAt(now.plus(lookAgain));
                yield stay(share, since, Optional.empty());
            }
            case CanaryAnalysis.Passed() -> {
                if (isWarm()) {
                    yield step(2 * share);
                }
                yield isOver(since)
                        ? rollBack("its pods were not ready for " + text(rules.progressDeadline()) + " at " + share
                                + " % of the traffic" + trouble())
                        : stay(share, since, Optional.empty());
            }
        };
    }

    /** Only what was counted under these very shares, and in this attempt. */
    private Optional<CanaryAnalysis.Measured> measured(int share, Instant since) {
        return at.trial()
                .filter(trial -> !Instant.ofEpochMilli(trial.sinceMillis())
                        .plus(CLOCKS_APART)
                        .isBefore(since))
                .flatMap(trial -> arm(trial, at.revision(), share)
                        .flatMap(candidate -> arm(trial, stable.getFirst().revision(), Rollout.FULL - share)
                                .map(other -> new CanaryAnalysis.Measured(candidate, other))));
    }

    private static Optional<DemandSummary.Arm> arm(DemandSummary.Trial trial, String revision, int share) {
        return trial.arms().stream()
                .filter(arm -> arm.revision().equals(revision) && arm.share() == share)
                .findFirst();
    }

    private Rollout step(int share) {
        if (share >= Rollout.FULL) {
            return takeOver();
        }
        return carry(share, now, Optional.empty());
    }

    private Rollout stay(int share, Instant since, Optional<String> doubt) {
        wakeAt(since.plus(rules.progressDeadline()));
        return carry(share, since, doubt);
    }

    /** Pools that another plan brought amid the trial take their revision's share when they are warm. */
    private Rollout carry(int share, Instant since, Optional<String> doubt) {
        boolean begun = own.stream().anyMatch(Running::carries);
        boolean warm = isWarm();
        for (String name : at.wanted().keySet()) {
            boolean carries = own.stream().anyMatch(pool -> pool.name().equals(name) && pool.carries());
            put(name, !begun || carries || warm ? share : 0, new Candidate(since));
        }
        for (Running pool : own) {
            if (!at.wanted().containsKey(pool.name())) {
                if (pool.carries() && !warm) {
                    put(pool.name(), share, new Candidate(since));
                } else {
                    retire(pool);
                }
            }
        }
        settleOthers(Rollout.FULL - share);
        wakeAt(since.plus(rules.interval()));
        return done(new Stage.Trial(at.revision(), share, doubt));
    }

    private Rollout rollBack(String why) {
        RolledBack standing = new RolledBack(now, why);
        String record = own.stream()
                .map(Running::name)
                .filter(at.wanted()::containsKey)
                .findFirst()
                .orElse(own.getFirst().name());
        for (Running pool : own) {
            if (at.wanted().containsKey(pool.name())) {
                put(pool.name(), 0, standing);
                if (pool.carries()) {
                    wakeAt(now.plus(at.drain()));
                } else {
                    emptied.add(pool.name());
                }
            } else {
                retire(pool);
            }
        }
        settleOthers(Rollout.FULL);
        return done(rolledBack(standing, record));
    }

    private Rollout hold(RolledBack standing, String record) {
        for (Running pool : own) {
            if (at.wanted().containsKey(pool.name()) && pool.standing() instanceof RolledBack kept) {
                put(pool.name(), 0, kept);
                if (now.isBefore(kept.since().plus(at.drain()))) {
                    wakeAt(kept.since().plus(at.drain()));
                } else if (pool.replicas() > 0) {
                    emptied.add(pool.name());
                }
            } else {
                retire(pool);
            }
        }
        settleOthers(Rollout.FULL);
        return done(rolledBack(standing, record));
    }

    private Stage rolledBack(RolledBack standing, String record) {
        return new Stage.RolledBack(
                at.revision(), record, stable.getFirst().revision(), standing.since(), standing.why());
    }

    /** The plan's pools carry all as soon as they are warm, or at once where nobody else serves. */
    private Rollout takeOver() {
        List<Running> others = at.running().stream()
                .filter(pool -> !at.wanted().containsKey(pool.name()))
                .toList();
        boolean complete = isWarm() || others.stream().noneMatch(this::serves);
        for (String name : at.wanted().keySet()) {
            boolean carries = own.stream().anyMatch(pool -> pool.name().equals(name) && pool.carries());
            put(name, complete || carries ? Rollout.FULL : 0, new Established());
        }
        for (Running pool : others) {
            if (!complete && serves(pool)) {
                put(pool.name(), Rollout.FULL, new Established());
            } else {
                retire(pool);
            }
        }
        Optional<Instant> waiting = waitingSince();
        if (waiting.filter(this::isOver).isPresent()) {
            return done(new Stage.Overdue(at.revision(), inTime() + trouble()));
        }
        waiting.ifPresent(since -> wakeAt(since.plus(rules.progressDeadline())));
        return done(complete ? new Stage.Complete(at.revision(), replaced()) : new Stage.Warming(at.revision()));
    }

    /** Told from what is kept, and so again when a decision was acted on and not told. */
    private Optional<Rollout.Replaced> replaced() {
        return at.running().stream()
                .filter(pool -> !pool.revision().equals(at.revision()))
                .flatMap(pool -> pools.containsKey(pool.name())
                                && pools.get(pool.name()).standing() instanceof Retired(Instant since, boolean proven)
                                && proven
                        ? Stream.of(new Rollout.Replaced(pool.revision(), since))
                        : Stream.<Rollout.Replaced>empty())
                .max(Comparator.comparing(Rollout.Replaced::at));
    }

    /** Since when no pool of the plan has had a ready pod; empty: one has, or had, or it is too early to tell. */
    private Optional<Instant> waitingSince() {
        List<Running> awaited = own.stream()
                .filter(pool -> at.wanted().getOrDefault(pool.name(), 0) > 0)
                .toList();
        return awaited.stream()
                        .allMatch(pool -> pool.unready()
                                .filter(unready -> !unready.lost())
                                .isPresent())
                ? awaited.stream()
                        .map(pool -> pool.unready().orElseThrow().since())
                        .max(Comparator.naturalOrder())
                : Optional.empty();
    }

    /** A candidate of another revision that is no longer asked for is nobody to wait for. */
    private boolean serves(Running pool) {
        boolean abandoned =
                pool.standing() instanceof Candidate && !pool.revision().equals(at.revision());
        return pool.carries() && mayServe(pool) && !abandoned;
    }

    /** The revision that serves keeps this share; what is neither it nor asked for goes. */
    private void settleOthers(int share) {
        for (Running pool : at.running()) {
            if (stable.contains(pool)) {
                put(pool.name(), share, new Established());
            } else if (!pool.revision().equals(at.revision())) {
                retire(pool);
            }
        }
    }

    private void retire(Running pool) {
        Optional<Instant> since = switch (pool.standing()) {
            case Retired(Instant before, boolean ignored) -> Optional.of(before);
            case RolledBack(Instant before, String ignored) -> Optional.of(before);
            case Candidate ignored -> pool.carries() ? Optional.of(now) : Optional.empty();
            case Established ignored -> pool.carries() ? Optional.of(now) : Optional.empty();
        };
        if (since.isPresent() && now.isBefore(since.get().plus(at.drain()))) {
            boolean proven = pool.standing() instanceof Established
                    || (pool.standing() instanceof Retired(Instant ignored, boolean before) && before);
            put(pool.name(), 0, new Retired(since.get(), proven));
            wakeAt(since.get().plus(at.drain()));
        } else {
            delete.add(pool.name());
        }
    }

    private boolean isWarm() {
        return at.wanted().entrySet().stream()
                // What has no room is not waited for: others stand in for it.
                .filter(wanted -> wanted.getValue() > 0)
                .allMatch(wanted -> own.stream()
                        .anyMatch(pool -> pool.name().equals(wanted.getKey())
                                // Whoever scales may have decided that fewer will do.
                                && pool.ready() >= Math.max(1, Math.min(wanted.getValue(), pool.replicas()))));
    }

    /** Since when nothing went on. */
    private Instant since() {
        return own.stream()
                .flatMap(pool -> pool.standing() instanceof Candidate(Instant since)
                        ? Optional.of(since).stream()
                        : Optional.<Instant>empty().stream())
                .max(Comparator.naturalOrder())
                .orElse(now);
    }

    private Instant sinceOf(String name) {
        return own.stream()
                .filter(pool -> pool.name().equals(name) && pool.standing() instanceof Candidate)
                .map(pool -> ((Candidate) pool.standing()).since())
                .findFirst()
                .orElse(now);
    }

    private boolean isOver(Instant since) {
        return !now.isBefore(since.plus(rules.progressDeadline()));
    }

    private void put(String name, int share, Standing standing) {
        pools.put(name, new Target(share, standing));
    }

    private void wakeAt(Instant then) {
        Duration left = Duration.between(now, then);
        if (left.isPositive()) {
            wakeAfter = Optional.of(
                    wakeAfter.filter(soonest -> soonest.compareTo(left) < 0).orElse(left));
        }
    }

    private Rollout done(Stage stage) {
        return new Rollout(pools, delete, emptied, stage, wakeAfter);
    }

    private static String text(Duration duration) {
        return DurationText.of(duration);
    }
}
