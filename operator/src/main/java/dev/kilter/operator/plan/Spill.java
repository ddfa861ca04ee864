package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Money;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.plan.PlanDecision.Planned;
import dev.kilter.planner.Plan;
import dev.kilter.planner.PlanOutcome;
import dev.kilter.planner.Planner;
import dev.kilter.planner.Room;
import dev.kilter.planner.StandInStep;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What stands in for a class that is full: pools of the same revision on the next best classes, behind the plan's first
 * choice. One is added when the last of them is full, and goes when whoever scales has given back all of its replicas
 * and the class before it has kept its room.
 */
public final class Spill {

    private final Planned base;
    private final PlanInputs inputs;
    private final List<ServingPool> existing;
    private final Provisioning provisioning;
    private final Instant now;
    private final List<Link> chain = new ArrayList<>();

    /** A pool of the plan, as it is meant and as it is told. */
    private record Link(DesiredPool desired, dev.kilter.api.v1alpha1.Plan.Pool told) {
        private String onClass() {
            return desired.planned().acceleratorClass();
        }
    }

    private Spill(Planned base, PlanInputs inputs, List<ServingPool> existing, Provisioning provisioning, Instant now) {
        this.base = base;
        this.inputs = inputs;
        this.existing = existing;
        this.provisioning = provisioning;
        this.now = now;
    }

    /**
     * The plan with what stands in.
     *
     * @param base what was planned without
     * @param before the plan as last told; null: none yet
     * @param existing the pools of the InferenceDeployment
     */
    public static Planned over(
            Planned base,
            PlanInputs inputs,
            dev.kilter.api.v1alpha1.Plan before,
            List<ServingPool> existing,
            Provisioning provisioning,
            Instant now) {
        return new Spill(base, inputs, existing, provisioning, now).decide(before);
    }

    private Planned decide(dev.kilter.api.v1alpha1.Plan before) {
        chain.add(new Link(base.pools().getFirst(), base.plan().pools().getFirst()));
        String first = chain.getFirst().desired().name();
        if (before != null
                && before.pools().stream().limit(1).anyMatch(pool -> pool.name().equals(first))) {
            before.pools().stream()
                    .skip(1)
                    .flatMap(told -> standing(told).stream())
                    .forEach(chain::add);
        }
        List<Room> rooms = chain.stream()
                .map(link -> provisioning.room(link.desired().name()))
                .toList();
        return switch (StandInStep.of(rooms, replicas(chain.getLast()))) {
            case STAY -> told(base.plan().reason(), base.plan().plannedAt(), Optional.empty());
            case LEAVE -> leave();
            case JOIN -> join();
        };
    }

    private Planned leave() {
        Link last = chain.removeLast();
        Link again = chain.getLast();
        return changed("class %s has had room since %s and carries all again: %s no longer stands in"
                .formatted(again.onClass(), since(again), last.onClass()));
    }

    private Planned join() {
        PlanOutcome next = next();
        if (!(next instanceof PlanOutcome.Chosen(Plan plan))) {
            String why = ((PlanOutcome.Impossible) next).reason();
            return told(base.plan().reason(), base.plan().plannedAt(), Optional.of(why));
        }
        add(plan.pools().getFirst(), chain.getLast());
        return changed(chain.getLast().told().reason());
    }

    /** What stands in already; empty: it is gone, or no longer meant. */
    private Optional<Link> standing(dev.kilter.api.v1alpha1.Plan.Pool told) {
        Optional<AcceleratorClass> on = inputs.usableClasses().stream()
                .filter(each -> each.getMetadata().getName().equals(told.acceleratorClass()))
                .filter(each -> !inputs.withoutNodes().contains(told.acceleratorClass()))
                .findFirst();
        Optional<Plan.Pool> runs = existing(told.name()).map(pool -> PlanTexts.pool(told, pool));
        if (on.isEmpty() || runs.isEmpty() || !inputs.mayAnswer(runs.get())) {
            return Optional.empty();
        }
        Plan.Pool planned = proved(runs.get(), on.get()).orElse(runs.get());
        DesiredPool desired = DesiredPool.of(inputs.deployment(), on.get(), planned)
                .standingIn(runs.get().replicas());
        return desired.name().equals(told.name())
                ? Optional.of(new Link(desired, PlanTexts.standIn(inputs, desired, told.replicas(), told.reason())))
                : Optional.empty();
    }

    /** A guess gives way to evidence. */
    private Optional<Plan.Pool> proved(Plan.Pool runs, AcceleratorClass on) {
        if (runs.evidence() != Plan.Evidence.UNMEASURED) {
            return Optional.empty();
        }
        Set<String> others = inputs.usableClasses().stream()
                .map(each -> each.getMetadata().getName())
                .filter(name -> !name.equals(on.getMetadata().getName()))
                .collect(Collectors.toSet());
        return Planner.plan(inputs.standIn(others, 0, 0, BigDecimal.ZERO)) instanceof PlanOutcome.Chosen(Plan plan)
                ? Optional.of(plan.pools().getFirst()).filter(runs::sameConfiguration)
                : Optional.empty();
    }

    private PlanOutcome next() {
        return StandIn.next(
                inputs,
                chain.stream()
                        .map(link -> new StandIn.Full(link.desired().planned(), replicas(link), placed(link)))
                        .toList());
    }

    private void add(Plan.Pool chosen, Link full) {
        int lacking = Math.max(1, replicas(full) - placed(full));
        boolean guess = chosen.evidence() == Plan.Evidence.UNMEASURED;
        DesiredPool desired = inputs.usableClasses().stream()
                .filter(each -> each.getMetadata().getName().equals(chosen.acceleratorClass()))
                .map(each -> DesiredPool.of(inputs.deployment(), each, chosen))
                .findFirst()
                .orElseThrow()
                // Of a guess nobody knows what one carries: as many as are lacking.
                .standingIn(guess ? lacking : chosen.replicas());
        String cost = desired.costPerReplicaHour()
                .flatMap(price -> full.desired()
                        .costPerReplicaHour()
                        .map(instead -> " at %s an hour, where %s of %s would cost %s"
                                .formatted(
                                        Money.of(price.multiply(BigDecimal.valueOf(
                                                desired.planned().replicas()))),
                                        lacking,
                                        full.onClass(),
                                        Money.of(instead.multiply(BigDecimal.valueOf(lacking))))))
                .orElse("");
        String reason = "stands in for %s, full since %s: %s%s; %s"
                .formatted(
                        full.onClass(),
                        since(full),
                        desired.planned().replicas() + " of " + chosen.acceleratorClass(),
                        cost,
                        chosen.reason());
        chain.add(new Link(
                desired, PlanTexts.standIn(inputs, desired, desired.planned().replicas(), reason)));
    }

    private Planned changed(String why) {
        return told(why, now.truncatedTo(ChronoUnit.SECONDS).toString(), Optional.empty());
    }

    private Planned told(String reason, String plannedAt, Optional<String> nowhere) {
        dev.kilter.api.v1alpha1.Plan plan = base.plan();
        boolean news = !reason.equals(plan.reason()) || !plannedAt.equals(plan.plannedAt());
        return new Planned(
                new dev.kilter.api.v1alpha1.Plan(
                        plannedAt,
                        plan.observedGeneration(),
                        plan.requestsPerSecond(),
                        PlanTexts.cut(reason),
                        chain.stream().map(Link::told).toList(),
                        plan.rejected()),
                chain.stream().map(Link::desired).toList(),
                news ? Optional.of(reason) : base.change(),
                base.shortfall(),
                nowhere);
    }

    private String since(Link link) {
        return provisioning.since().get(link.desired().name()).toString();
    }

    private int replicas(Link link) {
        return existing(link.desired().name())
                .map(pool -> pool.getSpec().replicas())
                .orElse(1);
    }

    private int placed(Link link) {
        return existing(link.desired().name()).map(PoolResources::placed).orElse(0);
    }

    private Optional<ServingPool> existing(String name) {
        return existing.stream()
                .filter(pool -> pool.getMetadata().getName().equals(name))
                .findFirst();
    }
}
