package dev.kilter.planner.simulation;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.balancing.Pace;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.simulation.BatchTimes;
import dev.kilter.core.simulation.CurveCost;
import dev.kilter.core.simulation.Scenario;
import dev.kilter.core.simulation.SimulatedReplica;
import dev.kilter.planner.simulation.control.PodSeen;
import dev.kilter.planner.simulation.control.PoolSeen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The replicas of one pool: asked for, placed, started, drained, lost. */
final class Pool {
    private final PoolSpec spec;
    private final int index;
    private final Duration objective;
    private final Timeline timeline;
    private final Fleet fleet;
    private final Gateway gateway;
    private final int samples;
    private final SplittableRandom startUps;
    private final SplittableRandom faults;
    private final Places places;
    private final Map<OperatingPoint, Mode> modes = new HashMap<>();
    /** Asked for and not on their way out, the oldest first. */
    private final List<Replica> replicas = new ArrayList<>();

    private final List<Replica> draining = new ArrayList<>();

    private int desired;
    private OperatingPoint point;
    private int nextId;
    private long paidPlaceNanos;
    private long paidSince;
    private int paidPlaces;

    /** What an operating point means to a replica. */
    record Mode(
            OperatingPoint point,
            Scenario scenario,
            BatchTimes times,
            Optional<SimulatedReplica.Lesser> lesser,
            boolean preferred) {

        /** As one replica sees it. */
        Scenario scenario(Knowledge knowledge) {
            return scenario.believing(knowledge.of(
                    point.variant(), scenario.cost(), times, scenario.limits().maxBatchSize()));
        }

        /** As one replica sees it. */
        Optional<SimulatedReplica.Lesser> lesser(Knowledge knowledge) {
            return lesser.map(by -> {
                String variant = point.lesser().orElseThrow().variant();
                int maxBatchSize = scenario.limits().maxBatchSize();
                return new SimulatedReplica.Lesser(
                        knowledge.of(variant, by.cost(), by.times(), maxBatchSize), by.times());
            });
        }
    }

    /** @param index its place among the pools of the experiment */
    Pool(PoolSpec spec, int index, Duration objective, Timeline timeline, Fleet fleet, Gateway gateway, int samples) {
        this.spec = spec;
        this.index = index;
        this.objective = objective;
        this.timeline = timeline;
        this.fleet = fleet;
        this.gateway = gateway;
        this.samples = samples;
        this.startUps = timeline.chance();
        this.faults = timeline.chance();
        this.places = new Places(spec.nodes(), timeline, this::reconcile);
        this.point = spec.point();
        this.desired = spec.replicas();
        for (int i = 0; i < desired; i++) {
            Replica replica = create();
            replica.placed(places.take().orElseThrow());
            ready(replica);
        }
        account();
    }

    PoolSpec spec() {
        return spec;
    }

    int index() {
        return index;
    }

    /** Somebody wants so many, serving like that. */
    void desire(int count, OperatingPoint next) {
        desired = count;
        if (!next.equals(point)) {
            point = next;
            Mode mode = mode();
            replicas.stream().filter(r -> r.phase() == PodSeen.Phase.READY).forEach(r -> r.operate(mode));
        }
        reconcile();
    }

    private void reconcile() {
        while (replicas.size() < desired) {
            create();
        }
        while (replicas.size() > desired) {
            remove(leastMissed());
        }
        place();
        account();
    }

    private Replica create() {
        Replica replica = new Replica(nextId++, this, gateway, timeline, samples);
        replicas.add(replica);
        return replica;
    }

    /** As a ReplicaSet chooses: those without a place first, then those not ready, then the youngest. */
    private Replica leastMissed() {
        Replica least = replicas.getLast();
        for (Replica replica : replicas) {
            least = replica.phase().compareTo(least.phase()) < 0 ? replica : least;
        }
        return least;
    }

    private void remove(Replica replica) {
        replicas.remove(replica);
        if (replica.phase() == PodSeen.Phase.READY && replica.outstanding() > 0) {
            fleet.drain(replica);
            draining.add(replica);
        } else {
            end(replica);
        }
    }

    private void end(Replica replica) {
        replica.end();
        if (replica.phase() == PodSeen.Phase.READY) {
            fleet.leave(replica);
        }
        replica.node().ifPresent(places::free);
        account();
    }

    private void place() {
        int waiting = 0;
        for (Replica replica : List.copyOf(replicas)) {
            if (replica.phase() != PodSeen.Phase.PENDING) {
                continue;
            }
            Optional<Places.Node> node = places.take();
            if (node.isEmpty()) {
                waiting++;
                continue;
            }
            replica.placed(node.get());
            timeline.after(spec.startUp().nanos(startUps), () -> {
                if (!replica.gone()) {
                    ready(replica);
                    gateway.replicaReady();
                }
            });
        }
        places.order(waiting);
    }

    private void ready(Replica replica) {
        Mode mode = mode();
        SimulatedReplica serving = new SimulatedReplica(
                mode.scenario(),
                mode.times(),
                spec.rule().policy().apply(spec.instances()),
                timeline.chance(),
                replica);
        Knowledge knowledge = spec.rule().learning() ? Knowledge.learnt(timeline.chance()) : Knowledge.CERTAIN;
        replica.ready(serving, knowledge, fleet.freeSlot());
        replica.operate(mode);
        fleet.join(replica);
    }

    /** It did what was due; one that drains may be done. */
    void advanced(Replica replica) {
        if (!draining.isEmpty() && replica.outstanding() == 0 && draining.remove(replica)) {
            end(replica);
        }
    }

    void killOne() {
        List<Replica> ready = ready();
        if (!ready.isEmpty()) {
            kill(ready.get(faults.nextInt(ready.size())));
            reconcile();
        }
    }

    void loseNode() {
        if (spec.nodes().isEmpty()) {
            killOne();
            return;
        }
        places.lose().ifPresent(node -> {
            Stream.concat(replicas.stream(), draining.stream())
                    .filter(replica -> replica.node().filter(n -> n == node).isPresent())
                    .toList()
                    .forEach(this::kill);
            reconcile();
        });
    }

    private void kill(Replica replica) {
        replicas.remove(replica);
        draining.remove(replica);
        if (replica.phase() == PodSeen.Phase.READY) {
            replica.kill();
        }
        end(replica);
    }

    /** Of the requests, that a lesser variant may answer. */
    double lesserShare() {
        return point.lesser().map(OperatingPoint.Lesser::maxShare).orElse(0.0);
    }

    void learnPaces() {
        List<Replica> ready = ready();
        if (ready.size() < 2) {
            return; // Nobody to compare with.
        }
        List<Pace> next = Pace.next(
                ready.stream().map(Replica::pace).toList(),
                ready.stream().map(Replica::takeWindow).toList());
        for (int i = 0; i < next.size(); i++) {
            ready.get(i).pace(next.get(i));
        }
    }

    void scraped(long now) {
        for (Replica replica : replicas) {
            if (replica.phase() == PodSeen.Phase.READY) {
                replica.scraped(now);
            }
        }
    }

    PoolSeen seen(long untilNanos) {
        return new PoolSeen(
                spec.name(),
                desired,
                point,
                replicas.stream().map(replica -> replica.seen(untilNanos)).toList());
    }

    private List<Replica> ready() {
        return replicas.stream()
                .filter(replica -> replica.phase() == PodSeen.Phase.READY)
                .toList();
    }

    private Mode mode() {
        return modes.computeIfAbsent(point, this::mode);
    }

    private Mode mode(OperatingPoint at) {
        ServiceCurve curve = curve("point.variant", at.variant());
        BatchLimits limits = BatchLimits.of(at);
        ReplicaRule rule = spec.rule();
        Scenario scenario = new Scenario(
                curve,
                spec.instances(),
                limits,
                rule.expiry() ? Optional.of(objective) : Optional.empty(),
                rule.admission(),
                new CurveCost(curve, limits.maxBatchSize(), 1));
        BatchTimes times = rule.times().of(curve, limits.maxBatchSize());
        Optional<SimulatedReplica.Lesser> lesser = at.lesser().map(by -> lesser(by, limits.maxBatchSize()));
        return new Mode(
                at, scenario, times, lesser, at.variant().equals(spec.point().variant()));
    }

    private SimulatedReplica.Lesser lesser(OperatingPoint.Lesser by, int maxBatchSize) {
        ServiceCurve curve = curve("point.lesser.variant", by.variant());
        return new SimulatedReplica.Lesser(
                new CurveCost(curve, maxBatchSize, 1), spec.rule().times().of(curve, maxBatchSize));
    }

    private ServiceCurve curve(String field, String variant) {
        return Optional.ofNullable(spec.variants().get(variant))
                .orElseThrow(() -> new IllegalArgumentException(field + ": " + variant + " (expected: one of "
                        + spec.variants().keySet() + ")"));
    }

    /** What was paid so far, in the currency of the price. */
    double paid() {
        account();
        return paidPlaceNanos / 3600e9 * spec.pricePerHour();
    }

    private void account() {
        paidPlaceNanos += paidPlaces * (timeline.now() - paidSince);
        paidSince = timeline.now();
        paidPlaces = places.paid();
    }

    Outcome.PoolState state() {
        return new Outcome.PoolState(desired, ready().size(), point.variant());
    }
}
