package dev.kilter.autoscaler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.scaling.Behavior;
import dev.kilter.core.scaling.Decision;
import dev.kilter.core.scaling.Demand;
import dev.kilter.core.scaling.Observation;
import dev.kilter.core.scaling.PodLoads;
import dev.kilter.core.scaling.PoolObservation;
import dev.kilter.core.scaling.ScalingPolicy;
import dev.kilter.core.scaling.ScalingSettings;
import dev.kilter.core.scaling.ScalingState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A story of load and counts in seconds: {@code at(10).rate(200).expect("t4", 3)}. Every decision is carried out before
 * the next, and new replicas are ready at once unless {@link #readyAfter} says otherwise.
 */
final class Timeline {

    static final int PERIOD = 2;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final OperatingPoint POINT =
            new OperatingPoint("fp32", 32, Optional.empty(), Optional.of(new OperatingPoint.Lesser("int8", 0.03)));

    private final ScalingPolicy policy;
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private ScalingSettings settings;
    private ScalingState state = ScalingState.NONE;
    private Demand demand = rateOf(0, 0);
    private double lesserLeft;
    private int second;
    private int clockOffset;
    private int readyAfter;
    private boolean carryOut = true;
    private Decision last;
    private int changes;

    /** A pool as it stands now. */
    private static final class Pool {
        private final List<Integer> startedAt = new ArrayList<>();
        private final OptionalDouble capacity;
        private String revision = "r1";
        private int share = 100;
        private int replicas;
        private int ready;
        private OptionalInt max = OptionalInt.empty();
        private OptionalDouble cost;
        private PodLoads pods = PodLoads.NONE;
        private PoolObservation.Place place = PoolObservation.Place.ONLY;

        private Pool(int replicas, double capacity, double cost) {
            scale(replicas, replicas);
            this.capacity = capacity > 0 ? OptionalDouble.of(capacity) : OptionalDouble.empty();
            this.cost = OptionalDouble.of(cost);
        }

        private void scale(int wanted, int serving) {
            replicas = wanted;
            ready = serving;
        }

        private PoolObservation observed(String name) {
            return new PoolObservation(
                    name, revision, share, replicas, ready, max, capacity, cost, POINT, 1, pods, place);
        }
    }

    private Timeline(ScalingSettings settings, PolicySettings parameters) {
        this.settings = settings;
        this.policy = new RateScalingPolicy(parameters);
    }

    /** What arrives is what is covered: the rules beside the forecast. */
    static Timeline between(int min, int max) {
        return new Timeline(withObjective(ScalingSettings.between(min, max)), PolicySettings.REACTIVE);
    }

    /** With the forecast, as it serves. */
    static Timeline foreseeing(int min, int max) {
        return new Timeline(withObjective(ScalingSettings.between(min, max)), PolicySettings.DEFAULT);
    }

    private static ScalingSettings withObjective(ScalingSettings s) {
        return s.under(Duration.ofMillis(50), 0.01).guarded(0.9, 0.9);
    }

    // What there is.

    Timeline pool(String name, int replicas, double capacity, double cost) {
        pools.put(name, new Pool(replicas, capacity, cost));
        return this;
    }

    Timeline revision(String name, String revision, int share) {
        pools.get(name).revision = revision;
        pools.get(name).share = share;
        return this;
    }

    Timeline pods(String name, PodLoads pods) {
        pools.get(name).pods = pods;
        return this;
    }

    Timeline poolMax(String name, int max) {
        pools.get(name).max = OptionalInt.of(max);
        return this;
    }

    Timeline unpriced(String name) {
        pools.get(name).cost = OptionalDouble.empty();
        return this;
    }

    /** Its place in the plan, and how many of its pods the cluster has nodes for. */
    Timeline place(String name, int rank, int room) {
        Pool pool = pools.get(name);
        pool.place = new PoolObservation.Place(rank, OptionalInt.of(room));
        pool.ready = Math.min(pool.ready, room);
        return this;
    }

    Timeline settings(UnaryOperator<ScalingSettings> change) {
        settings = change.apply(settings);
        return this;
    }

    Timeline behavior(Behavior behavior) {
        return settings(s -> s.moving(behavior));
    }

    Timeline limits(int min, int max) {
        return settings(s -> s.within(min, max));
    }

    Timeline readyAfter(int seconds) {
        readyAfter = seconds;
        return this;
    }

    /** Decisions are made but not carried out from here on. */
    Timeline writesFail() {
        carryOut = false;
        return this;
    }

    Timeline setByHand(String name, int replicas) {
        pools.get(name).scale(replicas, replicas);
        return this;
    }

    // What happens.

    Timeline rate(double perSecond) {
        demand = rateOf(perSecond, lesserLeft);
        return this;
    }

    /** With every rate from now on. */
    Timeline lesserLeft(double requests) {
        lesserLeft = requests;
        return this;
    }

    Timeline demand(Demand now) {
        demand = now;
        return this;
    }

    Timeline outcomes(double perSecond, double refusedPart, double latePart) {
        double offered = 10 * perSecond;
        double answered = offered * (1 - refusedPart);
        return demand(new Demand.Measured(
                perSecond,
                perSecond,
                perSecond,
                new Demand.Outcomes(offered, answered, offered * refusedPart, 0, answered * (1 - latePart)),
                0,
                false,
                List.of()));
    }

    Timeline noMetrics() {
        return demand(new Demand.Unavailable("gateways do not answer"));
    }

    Timeline clockSteps(int seconds) {
        clockOffset += seconds;
        return this;
    }

    Timeline restart() {
        state = ScalingState.NONE;
        return this;
    }

    /** Runs the loop until then with what was last told; the present second is decided anew. */
    Timeline at(int until) {
        while (second < until) {
            second += PERIOD;
            decide();
        }
        return this;
    }

    /** Decides at this very second. */
    Timeline now() {
        decide();
        return this;
    }

    private void decide() {
        becomeReady();
        List<PoolObservation> observed = new ArrayList<>();
        pools.forEach((name, pool) -> observed.add(pool.observed(name)));
        last = policy.decide(
                new Observation("intent", settings, demand, observed, state), START.plusSeconds(second + clockOffset));
        state = last.next();
        for (Decision.Pool decided : last.pools()) {
            if (carryOut && decided.changes()) {
                changes++;
                Pool pool = pools.get(decided.name());
                for (int i = decided.from(); i < decided.to(); i++) {
                    pool.startedAt.add(second);
                }
                pool.scale(decided.to(), readyAfter == 0 ? decided.to() : Math.min(decided.to(), pool.ready));
            }
        }
    }

    private void becomeReady() {
        for (Pool pool : pools.values()) {
            long ready = pool.startedAt.stream()
                    .filter(s -> s + readyAfter <= second)
                    .count();
            pool.startedAt.removeIf(s -> s + readyAfter <= second);
            pool.scale(pool.replicas, Math.min(pool.replicas, pool.ready + (int) ready));
        }
    }

    private static Demand.Measured rateOf(double perSecond, double lesserLeft) {
        return new Demand.Measured(perSecond, perSecond, perSecond, Demand.Outcomes.NONE, lesserLeft, false, List.of());
    }

    // What is expected.

    Timeline expect(String name, int replicas) {
        assertThat(replicas(name))
                .as("%s at %d s, because %s", name, second, reason(name))
                .isEqualTo(replicas);
        return this;
    }

    Timeline expectReason(String name, String part) {
        assertThat(reason(name)).contains(part);
        return this;
    }

    Timeline expectHeld(boolean held) {
        assertThat(last.held()).isEqualTo(held);
        return this;
    }

    int replicas(String name) {
        return carryOut
                ? pools.get(name).replicas
                : decided(name).map(Decision.Pool::to).orElseThrow();
    }

    int placed(String name) {
        return pools.get(name).observed(name).placed();
    }

    int changes() {
        return changes;
    }

    Decision decision() {
        return last;
    }

    private String reason(String name) {
        return String.join("; ", last.reasons())
                + decided(name).map(p -> " | " + p.reason()).orElse("");
    }

    private Optional<Decision.Pool> decided(String name) {
        return last.pools().stream().filter(p -> p.name().equals(name)).findFirst();
    }
}
