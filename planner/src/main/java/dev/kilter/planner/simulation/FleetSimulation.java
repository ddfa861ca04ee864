package dev.kilter.planner.simulation;

import dev.kilter.planner.simulation.arrivals.Arrivals;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.PoolSeen;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pools behind a gateway under arrivals and a controller, in virtual time. What comes next is the earliest of three: an
 * arrival, what a replica does by itself, and what was set for a time. A request is two numbers in the arrays of a
 * replica, never an object.
 */
public final class FleetSimulation {
    /** As the gateway learns how fast pods are. */
    private static final long PACE_NANOS = 250_000_000L;

    /** How far back what was scraped can be read. */
    private static final Duration REMEMBERED = Duration.ofMinutes(6);

    private final Experiment experiment;
    private final Controller controller;
    private final Arrivals.Stream stream;
    private final Timeline timeline;
    private final Fleet fleet = new Fleet();
    private final Ledger ledger;
    private final Gateway gateway;
    private final List<Pool> pools = new ArrayList<>();
    private final List<Outcome.Change> changes = new ArrayList<>();
    private long nextArrival;
    private long unscrapedUntil;
    private double[] paidBefore;
    private double[] paidAfter;
    private boolean ended;

    private FleetSimulation(Experiment experiment, Controller controller) {
        this.experiment = experiment;
        this.controller = controller;
        SplittableRandom random = new SplittableRandom(experiment.seed());
        stream = experiment.arrivals().start(random.split());
        timeline = new Timeline(random);
        ledger = new Ledger(experiment);
        int samples = (int) REMEMBERED.dividedBy(controller.scrapeEvery()) + 2;
        gateway = new Gateway(timeline, fleet, ledger, experiment.objective().toNanos(), samples);
        for (PoolSpec spec : experiment.pools()) {
            pools.add(new Pool(spec, pools.size(), experiment.objective(), timeline, fleet, gateway, samples));
        }
        nextArrival = stream.nextNanos();
        schedule();
    }

    /** Runs to the end of the arrivals and the last answer. */
    public static Outcome run(Experiment experiment, Controller controller) {
        return new FleetSimulation(experiment, controller).run();
    }

    private void schedule() {
        Agenda agenda = timeline.agenda;
        long window = experiment.window().toNanos();
        agenda.at(experiment.warmUp().toNanos(), () -> paidBefore = paid());
        agenda.at(experiment.arrivals().lengthNanos(), this::end);
        experiment.faults().forEach(fault -> agenda.at(fault.at().toNanos(), () -> happens(fault)));
        agenda.every(PACE_NANOS, PACE_NANOS, () -> pools.forEach(Pool::learnPaces));
        // Before the tick of the same time, which sees it.
        agenda.every(controller.scrapeEvery().toNanos(), 0, this::scrape);
        agenda.every(controller.period().toNanos(), controller.period().toNanos(), this::tick);
        agenda.every(window, window, () -> ledger.close(timeline.now(), pools));
    }

    private Outcome run() {
        while (!ended || nextArrival != Arrivals.NEVER || gateway.busy()) {
            long now = Math.min(nextArrival, Math.min(fleet.time(), timeline.agenda.time()));
            timeline.now(now);
            if (nextArrival == now) {
                gateway.arrive(now);
                nextArrival = stream.nextNanos();
            } else if (fleet.time() == now) {
                fleet.advance(now);
            } else {
                timeline.agenda.runNext();
            }
        }
        ledger.close(timeline.now(), pools);
        List<Outcome.Served> served = pools.stream()
                .map(pool -> ledger.served(pool, paidAfter[pool.index()] - paidBefore[pool.index()]))
                .toList();
        double cost = served.stream().mapToDouble(Outcome.Served::cost).sum();
        return new Outcome(
                ledger.totals(cost, gateway.inFlightNanos(), timeline.now()), served, ledger.windows(), changes);
    }

    private void end() {
        paidAfter = paid();
        ended = true;
    }

    private double[] paid() {
        return pools.stream().mapToDouble(Pool::paid).toArray();
    }

    private void scrape() {
        if (timeline.now() >= unscrapedUntil) {
            gateway.scraped(timeline.now());
            pools.forEach(pool -> pool.scraped(timeline.now()));
        }
    }

    private void tick() {
        long until = timeline.now() - controller.scrapeDelay().toNanos();
        List<PoolSeen> seen = pools.stream().map(pool -> pool.seen(until)).toList();
        List<Desired> desired = controller.decide(new Seen(timeline.now(), gateway.metrics(until), seen));
        if (desired.size() != pools.size()) {
            throw new IllegalStateException(
                    "controller: " + desired.size() + " decisions (expected: " + pools.size() + ", one for each pool)");
        }
        for (int i = 0; i < desired.size(); i++) {
            Desired next = desired.get(i);
            PoolSeen before = seen.get(i);
            if (next.replicas() != before.desired() || !next.point().equals(before.point())) {
                changes.add(new Outcome.Change(
                        Duration.ofNanos(timeline.now()),
                        before.name(),
                        before.desired(),
                        next.replicas(),
                        next.point().variant(),
                        next.reason()));
                pools.get(i).desire(next.replicas(), next.point());
            }
        }
    }

    private void happens(Fault fault) {
        switch (fault) {
            case Fault.ReplicaKilled killed -> pools.get(killed.pool()).killOne();
            case Fault.NodeGone gone -> pools.get(gone.pool()).loseNode();
            case Fault.MetricsLost lost ->
                unscrapedUntil =
                        Math.max(unscrapedUntil, timeline.now() + lost.length().toNanos());
        }
    }
}
