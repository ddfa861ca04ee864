package dev.kilter.core.simulation;

import dev.kilter.core.batching.BatchCost;
import dev.kilter.core.batching.BatchLimits;
import dev.kilter.core.batching.BatchPlan;
import dev.kilter.core.batching.Promises;
import dev.kilter.core.batching.QueueView;

/** What has arrived at a simulated replica and was not taken, one item each, in the order of arrival: a ring. */
final class SimulatedLine implements QueueView {
    private final SimulatedReplica replica;
    private int[] tags = new int[64];
    private long[] arrivals = new long[64];
    private boolean[] degradable = new boolean[64];
    private int head;
    private int size;

    SimulatedLine(SimulatedReplica replica) {
        this.replica = replica;
    }

    void add(int tag, long arrival, boolean mayBeDegraded) {
        if (size == tags.length) {
            grow();
        }
        int at = (head + size) & (tags.length - 1);
        tags[at] = tag;
        arrivals[at] = arrival;
        degradable[at] = mayBeDegraded;
        size++;
    }

    private void grow() {
        int[] moreTags = new int[tags.length * 2];
        long[] moreArrivals = new long[tags.length * 2];
        boolean[] moreDegradable = new boolean[tags.length * 2];
        for (int i = 0; i < size; i++) {
            moreTags[i] = tags[(head + i) & (tags.length - 1)];
            moreArrivals[i] = arrivals[(head + i) & (tags.length - 1)];
            moreDegradable[i] = degradable[(head + i) & (tags.length - 1)];
        }
        tags = moreTags;
        arrivals = moreArrivals;
        degradable = moreDegradable;
        head = 0;
    }

    int firstTag() {
        return tags[head];
    }

    void removeFirst() {
        head = (head + 1) & (tags.length - 1);
        size--;
    }

    @Override
    public int requests() {
        return size;
    }

    @Override
    public int items() {
        return size;
    }

    @Override
    public int itemsOf(int index) {
        return 1;
    }

    @Override
    public long arrivalNanos(int index) {
        return arrivals[(head + index) & (tags.length - 1)];
    }

    @Override
    public long deadlineNanos(int index) {
        return replica.deadline(arrivalNanos(index));
    }

    @Override
    public boolean degradable(int index) {
        return degradable[(head + index) & (tags.length - 1)];
    }

    @Override
    public long firstArrivalNanos() {
        return size > 0 ? arrivalNanos(0) : 0;
    }

    @Override
    public int freeEngines() {
        return replica.freeEngines();
    }

    @Override
    public BatchLimits limits() {
        return replica.scenario().limits();
    }

    @Override
    public BatchCost cost() {
        return replica.scenario().cost();
    }

    @Override
    public BatchPlan plan(long nowNanos) {
        return replica.plan(nowNanos);
    }

    @Override
    public double itemsPerSecond() {
        return replica.itemsPerSecond();
    }

    @Override
    public Promises promises() {
        return replica.promises();
    }
}
