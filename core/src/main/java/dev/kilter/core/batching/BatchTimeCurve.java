package dev.kilter.core.batching;

import java.util.Arrays;

/**
 * A curve of batch times through known sizes: immutable, so that it is read without a lock. Linear between known sizes,
 * level below the smallest; beyond the largest it goes on with the last slope, in proportion if that is all there is.
 * Where times fall with the size they are levelled (isotonic regression by pooling adjacent violators, weighted).
 */
final class BatchTimeCurve implements BatchCost {

    static final BatchTimeCurve UNKNOWN = new BatchTimeCurve(new int[0], new double[0], new int[0], 1, 0);

    /** What a size may take less than the line through its neighbours says, and be worth a run for it. */
    private static final double HOPE = 0.1;

    private final int[] sizes;
    private final double[] nanos;
    private final int[] untried;
    private final double caution;
    private final double cautionNanos;

    private BatchTimeCurve(int[] sizes, double[] nanos, int[] untried, double caution, double cautionNanos) {
        this.sizes = sizes;
        this.nanos = nanos;
        this.untried = untried;
        this.caution = caution;
        this.cautionNanos = cautionNanos;
    }

    /**
     * Through these points.
     *
     * @param sizes ascending
     * @param weights how far each is to be believed
     * @param untried sizes of which nothing is known, ascending
     * @param caution cautious over expected time, at least 1
     * @param cautionNanos cautious less expected time, where that is less
     */
    static BatchTimeCurve of(
            int[] sizes, double[] nanos, double[] weights, int[] untried, double caution, double cautionNanos) {
        return new BatchTimeCurve(sizes, rising(nanos, weights), untried, caution, cautionNanos);
    }

    private static double[] rising(double[] values, double[] weights) {
        double[] level = new double[values.length];
        double[] weight = new double[values.length];
        int[] members = new int[values.length];
        int blocks = 0;
        for (int i = 0; i < values.length; i++) {
            level[blocks] = values[i];
            weight[blocks] = weights[i];
            members[blocks] = 1;
            blocks++;
            while (blocks > 1 && level[blocks - 2] > level[blocks - 1]) {
                double both = weight[blocks - 2] + weight[blocks - 1];
                level[blocks - 2] =
                        (level[blocks - 2] * weight[blocks - 2] + level[blocks - 1] * weight[blocks - 1]) / both;
                weight[blocks - 2] = both;
                members[blocks - 2] += members[blocks - 1];
                blocks--;
            }
        }
        double[] rising = new double[values.length];
        for (int block = 0, i = 0; block < blocks; i += members[block], block++) {
            Arrays.fill(rising, i, i + members[block], level[block]);
        }
        return rising;
    }

    boolean known() {
        return sizes.length > 0;
    }

    @Override
    public long expectedNanos(int items) {
        return Math.round(at(items));
    }

    @Override
    public long cautiousNanos(int items) {
        double expected = at(items);
        return Math.round(Math.min(expected * caution, expected + cautionNanos));
    }

    @Override
    public int worthTrying(int items) {
        for (int i = untried.length - 1; i >= 0; i--) {
            int size = untried[i];
            if (size < items && size * at(items) > items * at(size) * (1 - HOPE)) {
                return size;
            }
        }
        return items;
    }

    private double at(int items) {
        int last = sizes.length - 1;
        if (last < 0) {
            return 0;
        }
        int found = Arrays.binarySearch(sizes, items);
        if (found >= 0) {
            return nanos[found];
        }
        int above = -found - 1;
        if (above == 0) {
            return nanos[0];
        }
        if (last == 0) {
            return nanos[0] * items / sizes[0];
        }
        int low = Math.min(above, last) - 1;
        double slope = (nanos[low + 1] - nanos[low]) / (sizes[low + 1] - sizes[low]);
        return nanos[low] + slope * (items - sizes[low]);
    }
}
