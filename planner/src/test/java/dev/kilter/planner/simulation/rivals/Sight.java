package dev.kilter.planner.simulation.rivals;

import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.History;
import dev.kilter.planner.simulation.control.Metrics;
import dev.kilter.planner.simulation.control.PodSeen;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a controller sees of one pool whose gateway counts at a rate that the test changes; time passes by seconds. */
final class Sight {
    private static final long SECOND = 1_000_000_000L;

    private final History gateway = new History(600);
    private final Counter counter;
    private final long unit;
    private final long[] counters = new long[Counter.COUNT];
    private long now;
    private double rate;

    Sight(Counter counter) {
        this.counter = counter;
        this.unit = counter == Counter.IN_FLIGHT_NANOS ? SECOND : 1;
        gateway.add(0, counters);
    }

    Sight rate(double perSecond) {
        rate = perSecond;
        return this;
    }

    Sight pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += SECOND;
            counters[counter.index()] += Math.round(rate * unit);
            gateway.add(now, counters);
        }
        return this;
    }

    Seen with(int desired, int ready) {
        List<PodSeen> pods = new ArrayList<>();
        for (int i = 0; i < desired; i++) {
            PodSeen.Phase phase = i < ready ? PodSeen.Phase.READY : PodSeen.Phase.STARTING;
            pods.add(new PodSeen(i, phase, 0, 0, 0, new Metrics(new History(2), now)));
        }
        OperatingPoint point = new OperatingPoint("fp32", 1, Optional.empty());
        return new Seen(now, new Metrics(gateway, now), List.of(new PoolSeen("pool", desired, point, pods)));
    }
}
