package dev.kilter.operator.validate;

import static dev.kilter.operator.validate.ModelRules.violation;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.Money;
import dev.kilter.api.v1alpha1.Scaling;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Objectives, limits, and limits against each other. */
final class LimitRules {

    private LimitRules() {}

    static Stream<Violation> durationsArePositive(Subject subject) {
        return Stream.concat(
                positive("spec.slo.latency.p99", subject.spec().slo().latency().p99()),
                positive("spec.slo.window", subject.spec().slo().window()));
    }

    private static Stream<Violation> positive(String field, String value) {
        return DurationText.parse(field, value).isPositive()
                ? Stream.of()
                : violation(field, value, "above 0, such as 50ms");
    }

    static Stream<Violation> batchWindowFitsTheObjective(Subject subject) {
        InferenceDeploymentSpec.Batching batching = subject.spec().batching();
        if (batching.maxDelay() == null) {
            return Stream.of();
        }
        String p99 = subject.spec().slo().latency().p99();
        Duration delay = DurationText.parse("spec.batching.maxDelay", batching.maxDelay());
        return delay.compareTo(DurationText.parse("spec.slo.latency.p99", p99)) < 0
                ? Stream.of()
                : violation(
                        "spec.batching.maxDelay",
                        batching.maxDelay(),
                        "below slo.latency.p99 " + p99 + "; leave it out to have it derived");
    }

    static Stream<Violation> replicasAreARange(Subject subject) {
        Scaling scaling = subject.spec().scaling();
        return scaling.minReplicas() <= scaling.maxReplicas()
                ? Stream.of()
                : violation(
                        "spec.scaling.minReplicas",
                        String.valueOf(scaling.minReplicas()),
                        "at most maxReplicas " + scaling.maxReplicas());
    }

    static Stream<Violation> budgetPaysForTheFewestReplicas(Subject subject) {
        if (subject.spec().budget() == null) {
            return Stream.of();
        }
        String text = subject.spec().budget().maxCostPerHour();
        BigDecimal budget = Money.parse("spec.budget.maxCostPerHour", text);
        int fewest = subject.spec().scaling().minReplicas();
        boolean unpriced =
                subject.usable().stream().anyMatch(each -> each.getSpec().cost() == null);
        Optional<BigDecimal> cheapest = subject.usable().stream()
                .filter(each -> each.getSpec().cost() != null)
                .map(each ->
                        Money.parse("cost.perReplicaHour", each.getSpec().cost().perReplicaHour()))
                .min(Comparator.naturalOrder())
                .map(price -> price.multiply(BigDecimal.valueOf(fewest)));
        return unpriced || cheapest.isEmpty() || cheapest.get().compareTo(budget) <= 0
                ? Stream.of()
                : violation(
                        "spec.budget.maxCostPerHour",
                        text,
                        "at least " + Money.of(cheapest.get()) + ", " + fewest
                                + " x the cheapest class that may be used");
    }
}
