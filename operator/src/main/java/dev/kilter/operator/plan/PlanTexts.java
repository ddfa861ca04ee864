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
            Plan plan, List<DesiredPool> pools, double requestsPerSecond, String reason, Instant plannedAt) {
        return new dev.kilter.api.v1alpha1.Plan(
                plannedAt.truncatedTo(ChronoUnit.SECONDS).toString(),
                decimal(requestsPerSecond),
                cut(reason),
                pools.stream().map(PlanTexts::pool).toList(),
                plan.rejected().stream()
                        .limit(Plan.MAX_REJECTIONS)
                        .map(each -> new dev.kilter.api.v1alpha1.Plan.Rejected(
                                cut(each.configuration()), cut(each.reason())))
                        .toList());
    }

    private static dev.kilter.api.v1alpha1.Plan.Pool pool(DesiredPool pool) {
        Plan.Pool planned = pool.planned();
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
                cut(planned.reason()));
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

    private static Plan.Pool pool(dev.kilter.api.v1alpha1.Plan.Pool told, ServingPool pool) {
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
                    // Whatever else is told, nothing was proved.
                    default -> Plan.Evidence.UNMEASURED;
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
