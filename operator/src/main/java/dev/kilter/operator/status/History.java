package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus.Event;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.protocol.DemandSummary;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The last plans and scalings, oldest first. */
final class History {

    private static final int KEPT = 10;

    private History() {}

    /**
     * The history with what is new.
     *
     * @param plan that holds now; null: none
     * @param change why it replaced the one before; empty: it did not
     */
    static List<Event> of(
            InferenceDeploymentStatus before,
            Plan plan,
            Optional<String> change,
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
        demand.stream()
                .flatMap(each -> each.history().stream())
                .map(History::scaling)
                .filter(scaling -> !events.contains(scaling))
                .toList()
                .forEach(events::add);
        events.sort(Comparator.comparing(event -> Instant.parse(event.time())));
        return List.copyOf(events.subList(Math.max(0, events.size() - KEPT), events.size()));
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
