package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus.Event;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.operator.plan.Rollout;
import dev.kilter.protocol.DemandSummary;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The last plans and scalings, oldest first. */
final class History {

    private static final int KEPT = 10;

    private History() {}

    /**
     * The history with what is new.
     *
     * @param plan that holds now; null: none
     * @param change why it replaced the one before; empty: it did not
     * @param stage of the roll-out; empty: there is none
     */
    static List<Event> of(
            InferenceDeploymentStatus before,
            Plan plan,
            Optional<String> change,
            Optional<Rollout.Stage> stage,
            Optional<DemandSummary> demand,
            Instant now) {
        List<Event> events = new ArrayList<>(before == null ? List.of() : before.history());
        if (change.isPresent() && plan != null) {
            events.add(new Event(
                    now.truncatedTo(ChronoUnit.SECONDS).toString(),
                    "Plan",
                    null,
                    before == null || before.plan() == null ? null : pools(before.plan()),
                    pools(plan),
                    change.get()));
        }
        Stream.concat(
                        stage.flatMap(it -> rollout(it, events)).stream(),
                        demand.stream().flatMap(each -> each.history().stream()).map(History::scaling))
                .filter(scaling -> !events.contains(scaling))
                .toList()
                .forEach(events::add);
        events.sort(Comparator.comparing(event -> Instant.parse(event.time())));
        return List.copyOf(events.subList(Math.max(0, events.size() - KEPT), events.size()));
    }

    private static Optional<Event> rollout(Rollout.Stage stage, List<Event> told) {
        return switch (stage) {
            case Rollout.Stage.Complete(String revision, Optional<Rollout.Replaced> replaced) ->
                replaced.map(before ->
                                rollout(before.at(), before.revision(), revision, "it took over all of the traffic"))
                        // Whoever reads the pools as they were before its own write decides the same a moment later.
                        .filter(event -> !isLast(event, told));
            case Rollout.Stage.RolledBack back ->
                Optional.of(rollout(back.at(), back.revision(), back.serving(), "rolled back: " + back.why()));
            case Rollout.Stage.Warming ignored -> Optional.empty();
            case Rollout.Stage.Overdue ignored -> Optional.empty();
            case Rollout.Stage.Trial ignored -> Optional.empty();
        };
    }

    private static boolean isLast(Event rollout, List<Event> told) {
        return told.stream()
                .filter(event -> event.type().equals(rollout.type()))
                .reduce((earlier, later) -> later)
                .filter(last -> last.from().equals(rollout.from())
                        && last.to().equals(rollout.to())
                        && last.reason().equals(rollout.reason()))
                .isPresent();
    }

    private static Event rollout(Instant at, String from, String to, String why) {
        return new Event(at.truncatedTo(ChronoUnit.SECONDS).toString(), "Rollout", null, from, to, why);
    }

    private static Event scaling(DemandSummary.Scaling scaling) {
        return new Event(
                Instant.ofEpochMilli(scaling.atMillis())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString(),
                "Scaling",
                scaling.pool(),
                String.valueOf(scaling.from()),
                String.valueOf(scaling.to()),
                scaling.reason());
    }

    private static String pools(Plan plan) {
        return plan.pools().stream()
                .map(pool -> pool.name() + " on " + pool.acceleratorClass())
                .collect(Collectors.joining(", "));
    }
}
