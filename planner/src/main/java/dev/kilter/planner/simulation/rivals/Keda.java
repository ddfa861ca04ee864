package dev.kilter.planner.simulation.rivals;

import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * KEDA with its Prometheus scaler at its defaults: {@code sum(rate(requests[1m]))} of the gateway against a threshold
 * for each replica. From one replica on, an HPA on an external metric (AverageValue) asks for it every 15 s; KEDA
 * itself looks every 30 s and decides between none and one.
 */
public final class Keda implements Controller {
    private static final Duration SYNC = Duration.ofSeconds(15);
    private static final Duration RATE = Duration.ofMinutes(1);

    /** {@code pollingInterval}. */
    private static final long POLLING = Duration.ofSeconds(30).toNanos();

    /** {@code cooldownPeriod}. */
    private static final long COOL_DOWN = Duration.ofSeconds(300).toNanos();

    private final double activation;
    private final Bounds bounds;
    private final HpaCalculation calculation;

    /** The HPA that it writes has none unless somebody asks for it. */
    private final HpaBehavior behavior = HpaBehavior.leftOut();

    private long lastActive;

    /**
     * With these settings.
     *
     * @param threshold requests a second of each replica
     * @param activation requests a second above which there is one at all; for {@code bounds.min} 0
     */
    public Keda(double threshold, double activation, Bounds bounds) {
        if (!(activation >= 0)) {
            throw new IllegalArgumentException("activation: " + activation + " (expected: >= 0)");
        }
        this.activation = activation;
        this.bounds = bounds;
        this.calculation = new HpaCalculation(threshold, threshold, HpaCalculation.MILLI);
    }

    @Override
    public Duration period() {
        return SYNC;
    }

    /** Prometheus', as commonly set. */
    @Override
    public Duration scrapeEvery() {
        return Duration.ofSeconds(15);
    }

    @Override
    public List<Desired> decide(Seen seen) {
        PoolSeen pool = Bounds.only(seen);
        long now = seen.nowNanos();
        behavior.look(pool.desired(), now);
        OptionalDouble rate = seen.gateway().perSecond(Counter.OFFERED, RATE);
        if (rate.isEmpty()) {
            return List.of(Desired.same(pool, "no rate yet"));
        }
        boolean active = rate.getAsDouble() > activation;
        lastActive = active ? now : lastActive;
        boolean polls = now % POLLING == 0;
        if (pool.desired() == 0) {
            int next = polls && active ? 1 : 0;
            return List.of(new Desired(next, pool.point(), told(rate) + (active ? ": active" : ": not active")));
        }
        if (bounds.min() == 0 && polls && now - lastActive >= COOL_DOWN) {
            return List.of(new Desired(0, pool.point(), "not active for 300 s"));
        }
        int want =
                calculation.ofTotal(rate.getAsDouble(), Math.max(1, pool.pods().size()));
        Bounds hpa = new Bounds(Math.max(1, bounds.min()), bounds.max());
        int next = behavior.follow(pool.desired(), want, hpa, now);
        return List.of(new Desired(next, pool.point(), told(rate) + " asks for " + want));
    }

    private static String told(OptionalDouble rate) {
        return "%.2f/s".formatted(rate.getAsDouble());
    }
}
