package dev.kilter.runtime.batch;

import java.util.Arrays;

/** The last values, kept in order too, so that any quantile of them is at hand. Not thread-safe. */
final class SlidingQuantiles {

    private static final int FIRST_CAPACITY = 8;

    private final int window;
    private double[] byAge;
    private double[] ordered;
    private long added;

    /** @param window how many values count */
    SlidingQuantiles(int window) {
        this.window = window;
        this.byAge = new double[Math.min(FIRST_CAPACITY, window)];
        this.ordered = new double[byAge.length];
    }

    /** How many there are, at most the window. */
    int size() {
        return (int) Math.min(added, window);
    }

    /** Takes a finite value in; the oldest leaves a full window. */
    void add(double value) {
        int size = size();
        if (size == byAge.length && size < window) {
            int larger = Math.min(window, size * 2);
            byAge = Arrays.copyOf(byAge, larger);
            ordered = Arrays.copyOf(ordered, larger);
        }
        int slot = (int) (added % window);
        if (size == window) {
            int leaves = Arrays.binarySearch(ordered, 0, size, byAge[slot]);
            System.arraycopy(ordered, leaves + 1, ordered, leaves, size - leaves - 1);
            size--;
        }
        int place = Arrays.binarySearch(ordered, 0, size, value);
        place = place < 0 ? -place - 1 : place;
        System.arraycopy(ordered, place, ordered, place + 1, size - place);
        ordered[place] = value;
        byAge[slot] = value;
        added++;
    }

    /** The lower median; of two, the smaller. */
    double median() {
        return ordered[(size() - 1) / 2];
    }

    /** The value with that rank, 0 for the smallest. */
    double ranked(int rank) {
        return ordered[rank];
    }

    /** Nearest-rank quantile. */
    double quantile(double fraction) {
        return ordered[rank(fraction)];
    }

    /** Mean of the values up to that quantile. */
    double meanUpTo(double fraction) {
        int last = rank(fraction);
        double sum = 0;
        for (int i = 0; i <= last; i++) {
            sum += ordered[i];
        }
        return sum / (last + 1);
    }

    private int rank(double fraction) {
        return Math.max(0, (int) Math.ceil(fraction * size()) - 1);
    }
}
