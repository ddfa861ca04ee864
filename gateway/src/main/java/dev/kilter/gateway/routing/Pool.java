package dev.kilter.gateway.routing;

import dev.kilter.core.balancing.Pace;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One pool: its pods, and what was sent there. {@link RoutingTable} alone changes its pods and its planned weight. */
public final class Pool {

    private final String name;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final LongAdder offered = new LongAdder();
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private volatile double podWeight = 1;
    private volatile List<Pod> ready = List.of();
    private volatile List<Pod> leaving = List.of();

    Pool(String name) {
        this.name = name;
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    /** The ServingPool's name. */
    public String name() {
        return name;
    }

    /** Pods that take new requests. */
    public List<Pod> ready() {
        return ready;
    }

    /** Pods that terminate but still serve. */
    public List<Pod> leaving() {
        return leaving;
    }

    /** Requests sent and not yet answered, to pods that are no longer listed too. */
    public int outstanding() {
        return outstanding.get();
    }

    /** Requests ever sent. */
    public long offered() {
        return offered.sum();
    }

    /** Requests that ended so. */
    public long count(Outcome outcome) {
        return outcomes.get(outcome).sum();
    }

    double podWeight() {
        return podWeight;
    }

    void sent() {
        outstanding.incrementAndGet();
        offered.increment();
    }

    void ended() {
        outstanding.decrementAndGet();
    }

    void counts(Outcome outcome) {
        outcomes.get(outcome).increment();
    }

    boolean isEmpty() {
        return ready.isEmpty() && leaving.isEmpty();
    }

    void plan(double newPodWeight) {
        podWeight = newPodWeight > 0 && Double.isFinite(newPodWeight) ? newPodWeight : 1;
    }

    /** Keeps the pods that stay, with all that is known of them. */
    void replace(PoolEndpoints endpoints) {
        Map<PodAddress, Pod> known = new LinkedHashMap<>();
        ready.forEach(p -> known.put(p.address(), p));
        leaving.forEach(p -> known.put(p.address(), p));
        ready = endpoints.ready().stream().distinct().map(a -> podAt(a, known)).toList();
        leaving = endpoints.leaving().stream()
                .distinct()
                .filter(a -> !endpoints.ready().contains(a))
                .map(a -> podAt(a, known))
                .toList();
    }

    private Pod podAt(PodAddress address, Map<PodAddress, Pod> known) {
        return known.computeIfAbsent(address, a -> new Pod(a, this));
    }

    void learnPaces() {
        List<Pod> pods = ready;
        List<Pace> next = Pace.next(
                pods.stream().map(Pod::pace).toList(),
                pods.stream().map(Pod::takeWindow).toList());
        for (int i = 0; i < pods.size(); i++) {
            pods.get(i).pace(next.get(i));
        }
    }
}
