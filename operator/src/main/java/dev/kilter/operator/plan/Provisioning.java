package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.ServingPool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where pods find no node: a class counts as full once they have been looking for its {@code provisioningTimeout}.
 *
 * @param full by pool: why its class counts as full
 * @param wakeAfter when a class may come to count as full without anything else happening
 */
public record Provisioning(SortedMap<String, String> full, Optional<Duration> wakeAfter) {

    /** The condition of a pool that is False while pods that it lacks find no node. */
    public static final String SCHEDULED = "Scheduled";

    /** Decides. */
    public static Provisioning of(List<ServingPool> pools, List<AcceleratorClass> classes, Instant now) {
        SortedMap<String, String> full = new TreeMap<>();
        Optional<Duration> wakeAfter = Optional.empty();
        for (ServingPool pool : pools) {
            Optional<Condition> waits = waits(pool);
            Optional<String> timeout = timeout(pool, classes);
            if (waits.isEmpty() || timeout.isEmpty()) {
                continue;
            }
            Instant since = Instant.parse(waits.get().lastTransitionTime());
            Duration left = Duration.between(now, since.plus(DurationText.parse("provisioningTimeout", timeout.get())));
            if (left.isPositive()) {
                wakeAfter = Optional.of(
                        wakeAfter.filter(soonest -> soonest.compareTo(left) < 0).orElse(left));
            } else {
                full.put(
                        pool.getMetadata().getName(),
                        "class " + pool.getSpec().configuration().acceleratorClass() + " is full: for more than "
                                + timeout.get() + ", its provisioningTimeout, "
                                + waits.get().message());
            }
        }
        return new Provisioning(full, wakeAfter);
    }

    private static Optional<Condition> waits(ServingPool pool) {
        return pool.getStatus() == null
                ? Optional.empty()
                : pool.getStatus().conditions().stream()
                        .filter(each ->
                                each.type().equals(SCHEDULED) && each.status().equals("False"))
                        .findFirst();
    }

    private static Optional<String> timeout(ServingPool pool, List<AcceleratorClass> classes) {
        return classes.stream()
                .filter(each -> each.getMetadata()
                        .getName()
                        .equals(pool.getSpec().configuration().acceleratorClass()))
                .map(each -> each.getSpec().provisioningTimeout())
                .findFirst();
    }
}
