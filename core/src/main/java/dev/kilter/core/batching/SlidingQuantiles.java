package dev.kilter.core.batching;

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
        int place = place(value, size);
        if (size < window) {
            System.arraycopy(ordered, place, ordered, place + 1, size - place);
        } else {
            int leaves = place(byAge[slot], size);
            if (leaves < place) {
                place--;
                System.arraycopy(ordered, leaves + 1, ordered, leaves, place - leaves);
            } else {
                System.arraycopy(ordered, place, ordered, place + 1, leaves - place);
            }
        }
        ordered[place] = value;
        byAge[slot] = value;
        added++;
    }

    /** The first of so many in order that is not smaller. A third of what learning costs: without branches to guess. */
    private int place(double value, int size) {
        int low = 0;
        for (int left = size; left > 0; ) {
            int half = (left + 1) >>> 1;
            low += ordered[low + half - 1] < value ? half : 0;
            left -= half;
        }
        return low;
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
