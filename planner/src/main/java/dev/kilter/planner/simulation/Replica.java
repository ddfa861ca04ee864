package dev.kilter.planner.simulation;

import dev.kilter.core.balancing.Candidate;
import dev.kilter.core.balancing.Pace;
import dev.kilter.core.simulation.SimulatedReplica;
import dev.kilter.planner.simulation.control.Counter;
import dev.kilter.planner.simulation.control.History;
import dev.kilter.planner.simulation.control.Metrics;
import dev.kilter.planner.simulation.control.PodSeen;
import java.util.Optional;

/** A replica from being asked for to its end. */
final class Replica implements Candidate, SimulatedReplica.Sink {
    /** A request that a lesser variant may answer. */
    private static final int DEGRADABLE = 1;

    final int id;
    private final Pool pool;
    private final Gateway gateway;
    private final Timeline timeline;
    private final long created;
    private final Tally tally = new Tally();
    private final History history;
    private PodSeen.Phase phase = PodSeen.Phase.PENDING;
    private Optional<Places.Node> node = Optional.empty();
    private long started;
    private long ready;
    private int slot = -1;
    private boolean gone;
    private boolean preferred;
    private SimulatedReplica runtime;
    private Knowledge knowledge = Knowledge.CERTAIN;
    private Pace pace = Pace.UNKNOWN;
    private long answers;
    private long answerNanos;

    Replica(int id, Pool pool, Gateway gateway, Timeline timeline, int samples) {
        this.id = id;
        this.pool = pool;
        this.gateway = gateway;
        this.timeline = timeline;
        this.created = timeline.now();
        this.history = new History(samples);
    }

    void placed(Places.Node on) {
        node = Optional.of(on);
        phase = PodSeen.Phase.STARTING;
        started = timeline.now();
    }

    void ready(SimulatedReplica serving, Knowledge knows, int at) {
        runtime = serving;
        knowledge = knows;
        slot = at;
        phase = PodSeen.Phase.READY;
        ready = timeline.now();
    }

    void operate(Pool.Mode mode) {
        preferred = mode.preferred();
        runtime.operate(mode.scenario(knowledge), mode.times());
        runtime.degrade(mode.lesser(knowledge));
    }

    /** Whether it is admitted; a lesser variant may answer it or not. */
    boolean offer(long arrival, boolean degradable, long now) {
        tally.count(Counter.OFFERED);
        boolean admitted = runtime.offer(degradable ? DEGRADABLE : 0, arrival, degradable, now);
        if (admitted) {
            tally.inFlight(1, now);
        } else {
            tally.count(Counter.REFUSED);
        }
        runtime.advance(now);
        return admitted;
    }

    void advance(long now) {
        runtime.advance(now);
    }

    long nextNanos() {
        return runtime.nextNanos();
    }

    /** Its requests are lost; {@link Pool} does the rest. */
    void kill() {
        runtime.kill();
    }

    @Override
    public void begun(int tag, long arrival, long start, long end, boolean degraded) {
        if (degraded || !preferred) {
            tally.count(Counter.DEGRADED);
        }
        gateway.begun(pool, arrival, tag == DEGRADABLE, degraded || !preferred);
    }

    @Override
    public void ran(int items, long start, long end) {
        tally.add(Counter.BUSY_NANOS, (end - start) / pool.spec().instances());
    }

    @Override
    public void answered(int tag, long arrival, long end) {
        tally.inFlight(-1, end);
        tally.count(Counter.ANSWERED);
        answers++;
        answerNanos += end - arrival;
        gateway.answered(pool, arrival, end);
    }

    @Override
    public void givenUp(int tag, long arrival) {
        tally.inFlight(-1, timeline.now());
        tally.count(Counter.REFUSED);
        gateway.refused(arrival);
        gateway.notBegun(tag == DEGRADABLE);
    }

    @Override
    public void lost(int tag, long arrival, boolean begun) {
        tally.inFlight(-1, timeline.now());
        tally.count(Counter.FAILED);
        gateway.failed(arrival);
        gateway.notBegun(tag == DEGRADABLE && !begun);
    }

    @Override
    public int outstanding() {
        return tally.inFlight();
    }

    @Override
    public double weight() {
        return pool.spec().weight() * pace.factor();
    }

    Pace pace() {
        return pace;
    }

    void pace(Pace next) {
        pace = next;
    }

    Pace.Window takeWindow() {
        Pace.Window window = new Pace.Window(answers, answerNanos / 1e9);
        answers = 0;
        answerNanos = 0;
        return window;
    }

    void scraped(long now) {
        history.add(now, tally.read(now));
    }

    PodSeen seen(long untilNanos) {
        return new PodSeen(id, phase, created, started, ready, new Metrics(history, untilNanos));
    }

    PodSeen.Phase phase() {
        return phase;
    }

    Optional<Places.Node> node() {
        return node;
    }

    int slot() {
        return slot;
    }

    void end() {
        gone = true;
    }

    boolean gone() {
        return gone;
    }

    Pool pool() {
        return pool;
    }
}
