package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.Money;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.Plan;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The planner's plan as the status tells it, and back: the status is where the running plan is kept. */
final class PlanTexts {

    /** A string of the status holds no more. */
    private static final int MAX_TEXT = 1024;

    private PlanTexts() {}

    static dev.kilter.api.v1alpha1.Plan toStatus(
            PlanInputs inputs, Plan plan, List<DesiredPool> pools, String reason, Instant plannedAt) {
        return new dev.kilter.api.v1alpha1.Plan(
                plannedAt.truncatedTo(ChronoUnit.SECONDS).toString(),
                inputs.generation(),
                decimal(inputs.demand()),
                cut(reason),
                pools.stream().map(pool -> pool(inputs, pool)).toList(),
                plan.rejected().stream()
                        .limit(Plan.MAX_REJECTIONS)
                        .map(each -> new dev.kilter.api.v1alpha1.Plan.Rejected(
                                cut(each.configuration()), cut(each.reason())))
                        .toList());
    }

    /** The same without what stands in; null: none. */
    static dev.kilter.api.v1alpha1.Plan firstChoice(dev.kilter.api.v1alpha1.Plan told) {
        return told == null || told.pools().size() < 2
                ? told
                : new dev.kilter.api.v1alpha1.Plan(
                        told.plannedAt(),
                        told.observedGeneration(),
                        told.requestsPerSecond(),
                        told.reason(),
                        told.pools().subList(0, 1),
                        told.rejected());
    }

    /** A pool that stands in for a full class: sized and reasoned when it was added. */
    static dev.kilter.api.v1alpha1.Plan.Pool standIn(
            PlanInputs inputs, DesiredPool desired, Integer replicas, String reason) {
        dev.kilter.api.v1alpha1.Plan.Pool told = pool(inputs, desired);
        return new dev.kilter.api.v1alpha1.Plan.Pool(
                told.name(),
                told.acceleratorClass(),
                told.variants(),
                told.activeVariant(),
                told.maxBatchSize(),
                replicas,
                told.capacityPerReplica(),
                told.expectedP99(),
                told.costPerHour(),
                told.evidence(),
                cut(reason),
                null);
    }

    private static dev.kilter.api.v1alpha1.Plan.Pool pool(PlanInputs inputs, DesiredPool pool) {
        Plan.Pool planned = pool.planned();
        Optional<String> unproved = planned.evidence() == Plan.Evidence.UNMEASURED
                ? inputs.unproved(planned.operatingPoint().variant(), planned.acceleratorClass())
                : Optional.empty();
        return new dev.kilter.api.v1alpha1.Plan.Pool(
                pool.name(),
                planned.acceleratorClass(),
                planned.variants(),
                planned.operatingPoint().variant(),
                planned.operatingPoint().maxBatchSize(),
                planned.replicas(),
                planned.capacityPerReplica().map(PlanTexts::decimal).orElse(null),
                planned.expectedP99().map(DurationText::of).orElse(null),
                pool.costPerReplicaHour().isEmpty() ? null : Money.of(planned.costPerHour()),
                switch (planned.evidence()) {
                    case MEASURED -> "measured";
                    case UNMEASURED -> "unmeasured";
                    case FIXED_TARGET -> "fixedTarget";
                },
                cut(unproved.map(why -> "unmeasured: " + why).orElse(planned.reason())),
                null);
    }

    /**
     * A plan that is kept, as it is to be told today: what was measured otherwise than it runs now is unmeasured. The
     * capacity stands, as the best that is known.
     */
    static dev.kilter.api.v1alpha1.Plan kept(PlanInputs inputs, dev.kilter.api.v1alpha1.Plan status) {
        return new dev.kilter.api.v1alpha1.Plan(
                status.plannedAt(),
                status.observedGeneration(),
                status.requestsPerSecond(),
                status.reason(),
                status.pools().stream().map(pool -> kept(inputs, pool)).toList(),
                status.rejected());
    }

    private static dev.kilter.api.v1alpha1.Plan.Pool kept(PlanInputs inputs, dev.kilter.api.v1alpha1.Plan.Pool told) {
        Optional<String> unproved = "fixedTarget".equals(told.evidence())
                ? Optional.empty()
                : inputs.unproved(told.activeVariant(), told.acceleratorClass());
        return new dev.kilter.api.v1alpha1.Plan.Pool(
                told.name(),
                told.acceleratorClass(),
                told.variants(),
                told.activeVariant(),
                told.maxBatchSize(),
                told.replicas(),
                told.capacityPerReplica(),
                told.expectedP99(),
                told.costPerHour(),
                unproved.isPresent() ? "unmeasured" : told.evidence(),
                unproved.map(why -> cut("unmeasured: " + why)).orElse(told.reason()),
                null);
    }

    /**
     * The plan that the status tells of.
     *
     * @param pools of the InferenceDeployment
     * @return empty: there is none, or a pool of it is gone
     */
    static Optional<Plan> fromStatus(dev.kilter.api.v1alpha1.Plan status, List<ServingPool> pools) {
        if (status == null || status.pools().isEmpty()) {
            return Optional.empty();
        }
        List<Plan.Pool> planned = status.pools().stream()
                .flatMap(each -> pools.stream()
                        .filter(pool -> pool.getMetadata().getName().equals(each.name()))
                        .map(pool -> pool(each, pool)))
                .toList();
        return planned.size() == status.pools().size() ? Optional.of(new Plan(planned, List.of())) : Optional.empty();
    }

    static Plan.Pool pool(dev.kilter.api.v1alpha1.Plan.Pool told, ServingPool pool) {
        var configuration = pool.getSpec().configuration();
        int replicas = told.replicas() == null ? 1 : told.replicas();
        String price = pool.getSpec().costPerReplicaHour();
        return new Plan.Pool(
                told.acceleratorClass(),
                configuration.provider(),
                told.variants(),
                new OperatingPoint(
                        told.activeVariant() == null
                                ? configuration.operatingPoint().variant()
                                : told.activeVariant(),
                        told.maxBatchSize() == null
                                ? configuration.operatingPoint().maxBatchSize()
                                : told.maxBatchSize(),
                        Optional.ofNullable(configuration.operatingPoint().maxDelay())
                                .map(delay -> DurationText.parse("operatingPoint.maxDelay", delay))),
                configuration.engine().instances(),
                configuration.engine().threads(),
                replicas,
                Optional.ofNullable(told.capacityPerReplica()).map(Double::valueOf),
                Optional.ofNullable(told.expectedP99()).map(p99 -> DurationText.parse("expectedP99", p99)),
                price == null ? BigDecimal.ZERO : Money.parse("costPerReplicaHour", price),
                switch (String.valueOf(told.evidence())) {
                    case "measured" -> Plan.Evidence.MEASURED;
                    case "fixedTarget" -> Plan.Evidence.FIXED_TARGET;
                    // Whatever else is told, nothing was proved. What was once measured, if otherwise than it runs
                    // now, does not give way to a guess all the same.
                    default -> told.capacityPerReplica() == null ? Plan.Evidence.UNMEASURED : Plan.Evidence.MEASURED;
                },
                String.valueOf(told.reason()));
    }

    /** Three figures: more is noise, and would be written again and again. */
    static String decimal(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
    }
}
