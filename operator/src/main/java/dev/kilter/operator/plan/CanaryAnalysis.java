package dev.kilter.operator.plan;

import dev.kilter.protocol.DemandSummary.Arm;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How a new revision does beside the one that serves. It is worse only if three things are sure: that it breaks its
 * objective, that it does so more often than the other one at the same time, and that this lasts.
 */
sealed interface CanaryAnalysis {

    /** How many times as often the new revision may miss as the old one does before it is called worse. */
    double TOLERANCE = 1.25;

    /** Fewer than these say nothing at all. */
    int FEW = 3;

    /** Without requests enough a step lasts so many intervals. */
    int PATIENCE = 3;

    /** It may take more. */
    record Passed() implements CanaryAnalysis {}

    /** Not sure yet. */
    record Open(Duration lookAgain) implements CanaryAnalysis {}

    /** So far it looks worse: it is not given more, but it is not sure either. */
    record Doubtful(String measured) implements CanaryAnalysis {}

    /** @param measured what of it against what of the other */
    record Worse(String measured) implements CanaryAnalysis {}

    /**
     * What was measured of both since the shares are what they are.
     *
     * @param candidate of the new revision
     * @param stable of the one that serves
     */
    record Measured(Arm candidate, Arm stable) {}

    /**
     * Judges.
     *
     * @param measured empty: nothing was; then time decides
     * @param elapsed since the shares are what they are
     */
    static CanaryAnalysis judge(Optional<Measured> measured, RolloutRules rules, Duration elapsed) {
        Optional<String> worse = measured.flatMap(both -> told(both, rules, CanaryAnalysis::isSurelyWorse));
        Optional<String> doubt = measured.flatMap(both -> told(both, rules, CanaryAnalysis::looksWorse));
        Duration longest = rules.interval().multipliedBy(PATIENCE);
        long requests = measured.map(both -> both.candidate().requests()).orElse(0L);
        if (worse.isPresent()) {
            return new Worse(worse.get());
        } else if (doubt.isPresent()) {
            return new Doubtful(doubt.get());
        } else if (elapsed.compareTo(rules.interval()) < 0) {
            return new Open(rules.interval().minus(elapsed));
        } else if (requests < rules.minRequests() && elapsed.compareTo(longest) < 0) {
            return new Open(longest.minus(elapsed));
        }
        return new Passed();
    }

    /** One event that may be too frequent: of so many requests it befell so many. */
    record Compared(
            long hits, long requests, long stableHits, long stableRequests, long worse, long better, double may) {

        /** What the new revision's part of all events may be. */
        double mayBeOfAll() {
            return TOLERANCE * requests / (TOLERANCE * requests + stableRequests);
        }
    }

    private static Optional<String> told(Measured both, RolloutRules rules, Predicate<Compared> condemned) {
        Arm candidate = both.candidate();
        Arm stable = both.stable();
        Compared missed = new Compared(
                candidate.missed() + candidate.failed(),
                candidate.requests(),
                stable.missed() + stable.failed(),
                stable.requests(),
                candidate.worseRounds(),
                stable.worseRounds(),
                rules.mayMiss());
        Compared failed = new Compared(
                candidate.failed(),
                candidate.requests(),
                stable.failed(),
                stable.requests(),
                candidate.worseRounds(),
                stable.worseRounds(),
                rules.mayFail());
        if (condemned.test(failed)) {
            return Optional.of(text("failed", failed));
        }
        return condemned.test(missed) ? Optional.of(text("missed the objective", missed)) : Optional.empty();
    }

    private static boolean isSurelyWorse(Compared event) {
        return SequentialTest.exceeds(event.hits(), event.requests(), event.may())
                && SequentialTest.exceeds(event.hits(), event.hits() + event.stableHits(), event.mayBeOfAll())
                && SequentialTest.exceeds(event.worse(), event.worse() + event.better(), 0.5);
    }

    private static boolean looksWorse(Compared event) {
        return event.hits() >= FEW
                && event.hits() > event.may() * event.requests()
                && event.hits() > event.mayBeOfAll() * (event.hits() + event.stableHits());
    }

    private static String text(String what, Compared event) {
        return String.format(
                Locale.ROOT,
                "%d of its %d requests %s (%s, allowed %s), of the other's %d at the same time %d (%s)",
                event.hits(),
                event.requests(),
                what,
                percent(event.hits(), event.requests()),
                percent(event.may()),
                event.stableRequests(),
                event.stableHits(),
                percent(event.stableHits(), event.stableRequests()));
    }

    private static String percent(long part, long of) {
        return percent(of == 0 ? 0 : (double) part / of);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
