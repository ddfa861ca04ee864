package dev.kilter.core.batching;

import java.util.ArrayList;
import java.util.List;

/** A queue that stands still, for policies to look at; what is not given is unknown. */
final class FakeQueue implements QueueView {

    private record Request(int items, long arrival, long deadline) {}

    private final List<Request> requests = new ArrayList<>();
    private final int freeEngines;
    private final BatchLimits limits;
    private BatchCost cost = BatchCost.unknown();
    private final Promises promises = new Promises();
    private double itemsPerSecond;
    private int degradable;
    private int engines = 1;

    FakeQueue(int freeEngines, BatchLimits limits) {
        this.freeEngines = freeEngines;
        this.limits = limits;
    }

    FakeQueue add(int items, long arrivalNanos, long deadlineNanos) {
        requests.add(new Request(items, arrivalNanos, deadlineNanos));
        return this;
    }

    /** So many of the first ones are. */
    FakeQueue mayDegrade(int first) {
        degradable = first;
        return this;
    }

    FakeQueue at(double itemsPerSecond) {
        this.itemsPerSecond = itemsPerSecond;
        return this;
    }

    FakeQueue on(int instances) {
        engines = instances;
        return this;
    }

    FakeQueue costs(BatchCost cost) {
        this.cost = cost;
        return this;
    }

    @Override
    public int requests() {
        return requests.size();
    }

    @Override
    public int items() {
        return requests.stream().mapToInt(Request::items).sum();
    }

    @Override
    public int itemsOf(int index) {
        return requests.get(index).items();
    }

    @Override
    public long arrivalNanos(int index) {
        return requests.get(index).arrival();
    }

    @Override
    public long deadlineNanos(int index) {
        return requests.get(index).deadline();
    }

    @Override
    public long firstArrivalNanos() {
        return requests.isEmpty() ? 0 : requests.getFirst().arrival();
    }

    @Override
    public int freeEngines() {
        return freeEngines;
    }

    @Override
    public BatchLimits limits() {
        return limits;
    }

    @Override
    public BatchCost cost() {
        return cost;
    }

    @Override
    public BatchPlan plan(long nowNanos) {
        return BatchPlan.of(cost, limits.maxBatchSize(), engines);
    }

    @Override
    public boolean degradable(int index) {
        return index < degradable;
    }

    @Override
    public double itemsPerSecond() {
        return itemsPerSecond;
    }

    @Override
    public Promises promises() {
        return promises;
    }
}
