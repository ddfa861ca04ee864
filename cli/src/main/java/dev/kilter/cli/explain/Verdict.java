package dev.kilter.cli.explain;

import dev.kilter.api.v1alpha1.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How it stands, and what is to be mended.
 *
 * @param sentence for the first line
 * @param troubles the worst first
 */
record Verdict(String sentence, List<Trouble> troubles) {

    /**
     * A condition that somebody should hear of.
     *
     * @param since epoch milliseconds
     * @param next what to do; empty: wait
     */
    record Trouble(String condition, String reason, long since, String message, Optional<String> next) {}

    static Verdict of(Facts facts) {
        return new Verdict(sentence(facts), troubles(facts));
    }

    private static String sentence(Facts facts) {
        if (facts.conditions().isEmpty()) {
            return "nobody has looked at it yet; does the operator run, and may it see this namespace?";
        }
        if (facts.conditions().stream().anyMatch(c -> c.reason().equals("RolledBack"))) {
            return "it serves what it did before: the new revision was rolled back";
        }
        if (is(facts, "Stalled", "True")) {
            return "it cannot go on until somebody mends what stands below";
        }
        if (!is(facts, "TrafficAvailable", "True")) {
            return "nobody answers its requests";
        }
        if (facts.objective().paused()) {
            return "it serves, and is paused: nothing is planned or scaled";
        }
        if (is(facts, "SLOMet", "False")) {
            return "it serves, but misses its objective";
        }
        if (!is(facts, "Ready", "True")) {
            return "pods from before serve; those of the plan are not ready";
        }
        if (is(facts, "ScalingActive", "False") || is(facts, "ScalingActive", "Unknown")) {
            return "it serves, with the replicas that it has: nobody scales it now";
        }
        return is(facts, "SLOMet", "True") ? "it serves, and meets its objective" : "it serves";
    }

    private static boolean is(Facts facts, String type, String status) {
        return facts.conditions().stream()
                .anyMatch(c -> c.type().equals(type) && c.status().equals(status));
    }

    private static List<Trouble> troubles(Facts facts) {
        List<Trouble> troubles = new ArrayList<>();
        Set<String> told = new HashSet<>();
        facts.conditions().stream()
                .filter(Advice::isWrong)
                .sorted(Comparator.comparingInt((Condition c) -> Advice.ORDER.indexOf(c.type())))
                .filter(c -> told.add(c.reason()))
                .forEach(c -> troubles.add(trouble(c)));
        return troubles;
    }

    private static Trouble trouble(Condition condition) {
        return new Trouble(
                condition.type(),
                condition.reason(),
                Instant.parse(condition.lastTransitionTime()).toEpochMilli(),
                condition.message(),
                Advice.of(condition));
    }
}
