package dev.kilter.core.batching;

import java.util.function.IntToDoubleFunction;

/** A curve in milliseconds; the cautious time is a tenth longer; one size may be untried. */
record FakeCost(IntToDoubleFunction millis, int untried) implements BatchCost {

    static FakeCost linear(double fixed, double perItem) {
        return new FakeCost(n -> fixed + perItem * n, Integer.MAX_VALUE);
    }

    /** The same for 1 to 8 items, for 9 to 16, … */
    static FakeCost stepsOfEight(double fixed, double perStep) {
        return new FakeCost(n -> fixed + perStep * Math.ceilDiv(n, 8), Integer.MAX_VALUE);
    }

    FakeCost untried(int size) {
        return new FakeCost(millis, size);
    }

    @Override
    public int worthTrying(int items) {
        return Math.min(items, untried);
    }

    @Override
    public long expectedNanos(int items) {
        return Math.round(millis.applyAsDouble(items) * 1e6);
    }

    @Override
    public long cautiousNanos(int items) {
        return Math.round(millis.applyAsDouble(items) * 1.1e6);
    }
}
