package dev.kilter.planner.simulation;

import dev.kilter.core.OperatingPoint;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A controller that asks its one pool for what it was told, from the seconds on that it was told. */
class Timed implements Controller {
    private final List<Integer> seconds;
    private final List<Integer> replicas;

    Timed(List<Integer> seconds, List<Integer> replicas) {
        this.seconds = seconds;
        this.replicas = replicas;
    }

    @Override
    public Duration period() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Duration scrapeEvery() {
        return Duration.ofSeconds(1);
    }

    void sees(Seen now) {}

    OperatingPoint point() {
        return new OperatingPoint("fp32", 1, Optional.empty());
    }

    @Override
    public final List<Desired> decide(Seen seen) {
        sees(seen);
        PoolSeen pool = seen.pools().getFirst();
        for (int i = seconds.size() - 1; i >= 0; i--) {
            if (seen.nowNanos() >= seconds.get(i) * 1_000_000_000L) {
                return List.of(new Desired(replicas.get(i), point(), "at " + seconds.get(i) + " s"));
            }
        }
        return List.of(Desired.same(pool, "not yet"));
    }
}
