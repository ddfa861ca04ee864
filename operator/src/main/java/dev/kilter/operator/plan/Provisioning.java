package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.planner.Room;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where pods find no node: a class counts as full once they have been looking for its {@code provisioningTimeout}, and
 * as having room again once none has had to look for as long.
 *
 * @param full by pool: why its class counts as full
 * @param since by pool: since when its class has been full or has had room, where that is long enough to count
 * @param wakeAfter when a class may come to count as the one or the other without anything else happening
 */
public record Provisioning(SortedMap<String, String> full, Map<String, Instant> since, Optional<Duration> wakeAfter) {

    /** The condition of a pool that is False while pods that it lacks find no node. */
    public static final String SCHEDULED = "Scheduled";

    /** Decides. */
    public static Provisioning of(List<ServingPool> pools, List<AcceleratorClass> classes, Instant now) {
        SortedMap<String, String> full = new TreeMap<>();
        SortedMap<String, Instant> longSince = new TreeMap<>();
        Optional<Duration> wakeAfter = Optional.empty();
        for (ServingPool pool : pools) {
            Optional<Condition> scheduled = scheduled(pool);
            Optional<String> timeout = timeout(pool, classes);
            if (scheduled.isEmpty() || timeout.isEmpty()) {
                continue;
            }
            boolean waits = scheduled.get().status().equals("False");
            Instant since = Instant.parse(scheduled.get().lastTransitionTime());
            Duration lasting = Duration.between(since, now);
            Duration counts = DurationText.parse("provisioningTimeout", timeout.get());
            Room room = Room.of(waits, lasting, counts);
            if (room == Room.UNSETTLED) {
                // That a class has room is asked only where others stand in for it.
                wakeAfter =
                        waits || pools.size() > 1 ? Optional.of(soonest(wakeAfter, counts.minus(lasting))) : wakeAfter;
                continue;
            }
            longSince.put(pool.getMetadata().getName(), since);
            if (room == Room.FULL) {
                full.put(
                        pool.getMetadata().getName(),
                        "class " + pool.getSpec().configuration().acceleratorClass() + " is full: for more than "
                                + timeout.get() + ", its provisioningTimeout, "
                                + scheduled.get().message());
            }
        }
        return new Provisioning(full, longSince, wakeAfter);
    }

    /** Of the class of a pool. */
    Room room(String pool) {
        if (!since.containsKey(pool)) {
            return Room.UNSETTLED;
        }
        return full.containsKey(pool) ? Room.FULL : Room.FREE;
    }

    private static Duration soonest(Optional<Duration> one, Duration other) {
        return one.filter(each -> each.compareTo(other) < 0).orElse(other);
    }

    private static Optional<Condition> scheduled(ServingPool pool) {
        return pool.getStatus() == null
                ? Optional.empty()
                : pool.getStatus().conditions().stream()
                        .filter(each -> each.type().equals(SCHEDULED))
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
