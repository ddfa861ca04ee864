package dev.kilter.core.batching;

import dev.kilter.core.ServiceCurve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a running pod learns of its own service curve.
 *
 * <p>It keeps two things apart. The <em>shape</em>, how sizes compare, changes little: for each size the median of its
 * last batches. The <em>pace</em>, how fast the machine is now, changes for all sizes at once, when a neighbour comes
 * or goes: the median of the last {@value #PACE_BATCHES} batches against the shape. So a size that has not run for an
 * hour still follows the machine, a stall of a few batches moves nothing, and a change for good is believed after half
 * of those batches. A batch is held against the pace of the batches before <em>and after</em> it, so the onset of a
 * change is no outlier.
 *
 * <p>What few batches or none of late tell of a size is not held against it: it counts as no worse than smaller batches
 * in its stead. So where larger batches are wanted they are tried, and a first run in a stall does not rule a size out
 * for ever. Nor do larger batches hide smaller ones that serve more a second (a batch that leaves the cache): each
 * power of two that may is {@linkplain #worthTrying worth trying}.
 *
 * <p>The cautious time is the expected one times the {@value #CAUTION} quantile of what recent batches took over what
 * was expected of them, or that plus the same quantile of what they took more, whichever is less: a slow machine
 * lengthens each batch in proportion, a stall adds as much to a long one as to a short one. Reads take no lock;
 * recording is thread-safe.
 */
public final class LearnedCurve implements BatchCost {

    static final int PACE_BATCHES = 15;
    static final double CAUTION = 0.99;

    private static final int SIZE_WINDOW = 128;
    private static final int TAIL_WINDOW = 256;
    /** Up to here each size stands for itself; beyond, sixteen steps to the next power of two. */
    private static final int EXACT_SIZES = 32;
    /** Batches of a size before it says anything of the pace; until then it learns at once. */
    private static final int SETTLED = 8;
    /** Batches of a size before it counts between others: the first runs of a size are slow. */
    private static final int TRUSTED = 3;
    /** What happened before so many batches is no longer known for sure. */
    private static final int FORGOTTEN = 4096;
    /** The same of a size that seemed dearer than smaller batches in its stead, which no engine is for good. */
    private static final int DOUBTED = 256;
    /** Batches after which it is looked for what is to be tried again. */
    private static final int FORGETS_EVERY = 64;
    /** As far as the tail is known by fewer batches, it is thought to be at least this. */
    private static final int TAIL_KNOWN = 32;

    private static final double CAUTION_AT_FIRST = 1.25;
    /** The largest residuals, however few there are: a stall now and then is not the machine's habit. */
    private static final int STALLS = 2;
    /** Batches shorter than this do not draw the curve anew each time. */
    private static final long SHORT_NANOS = 1_000_000;

    private static final int DRAWN_EVERY = 8;

    private final TreeMap<Integer, Size> sizes = new TreeMap<>();
    private final SlidingQuantiles paces = new SlidingQuantiles(PACE_BATCHES);
    private final SlidingQuantiles tail = new SlidingQuantiles(TAIL_WINDOW);
    private final SlidingQuantiles tailNanos = new SlidingQuantiles(TAIL_WINDOW);
    private final Size[] recent = new Size[PACE_BATCHES];
    private final double[] recentNanos = new double[PACE_BATCHES];
    private long settled;
    private long records;
    private double pace = 1;
    private int[] untried = {};
    private volatile BatchTimeCurve curve = BatchTimeCurve.UNKNOWN;

    /** Nothing is known. */
    public LearnedCurve() {}

    /**
     * Starts from how another stands, for batches of another kind of the same model: its shape is believed as far as it
     * was tried, until runs say otherwise; the pace shows with the first few.
     */
    public LearnedCurve(LearnedCurve like) {
        synchronized (like) {
            for (Size size : like.sizes.values()) {
                Size own = new Size(size.items);
                int tried = Math.min(SETTLED, size.shape.size());
                for (int i = 0; i < tried; i++) {
                    own.shape.add(size.shape.median() * like.pace);
                }
                sizes.put(own.items, own);
            }
        }
        if (!sizes.isEmpty()) {
            untried = untried();
            draw();
        }
    }

    /** A batch of that many items took that long in the engine. */
    public synchronized void record(int items, long nanos) {
        int step = step(items);
        Size size = sizes.computeIfAbsent(step, Size::new);
        if (forgotten(size)) {
            size.shape = new SlidingQuantiles(SIZE_WINDOW);
        }
        size.lastRecord = records;
        // Within a step time is taken to grow in proportion: at most a sixteenth too much.
        double time = Math.max(1, nanos) * ((double) step / items);
        size.batches++;
        records++;
        if (size.shape.size() < SETTLED) {
            residual(size, time);
            size.shape.add(time / pace);
        } else {
            keepPace(size, time);
        }
        if (size.shape.size() <= TRUSTED || records % FORGETS_EVERY == 0) {
            untried = untried();
        }
        if (time >= SHORT_NANOS || records <= SIZE_WINDOW || records % DRAWN_EVERY == 0) {
            draw();
        }
    }

    private void keepPace(Size size, double time) {
        int slot = (int) (settled % PACE_BATCHES);
        recent[slot] = size;
        recentNanos[slot] = time;
        settled++;
        paces.add(time / size.shape.median());
        if (paces.size() > PACE_BATCHES / 3) {
            pace = paces.median();
        }
        long middle = settled - 1 - PACE_BATCHES / 2;
        if (middle >= 0) {
            int judged = (int) (middle % PACE_BATCHES);
            residual(recent[judged], recentNanos[judged]);
            recent[judged].shape.add(recentNanos[judged] / pace);
        }
    }

    private void residual(Size size, double time) {
        if (size.shape.size() >= TRUSTED) {
            double expected = size.shape.median() * pace;
            tail.add(time / expected);
            tailNanos.add(time - expected);
        }
    }

    private double caution() {
        int known = tail.size();
        if (known <= STALLS) {
            return CAUTION_AT_FIRST;
        }
        return Math.max(tail.ranked(cautious(known)), known < TAIL_KNOWN ? CAUTION_AT_FIRST : 1);
    }

    private double cautionNanos() {
        int known = tailNanos.size();
        return known < TAIL_KNOWN ? Double.MAX_VALUE : Math.max(0, tailNanos.ranked(cautious(known)));
    }

    private static int cautious(int known) {
        return Math.min((int) Math.ceil(CAUTION * known) - 1, known - 1 - STALLS);
    }

    private void draw() {
        int count = 0;
        int[] at = new int[sizes.size()];
        double[] nanos = new double[at.length];
        double[] weights = new double[at.length];
        int first = sizes.firstKey();
        int last = sizes.lastKey();
        for (Size size : sizes.values()) {
            boolean end = size.items == first || size.items == last;
            if (end || size.shape.size() >= TRUSTED) {
                at[count] = size.items;
                nanos[count] = size.shape.median() * pace;
                if (count > 0) {
                    double inItsStead = nanos[count - 1] * size.items / at[count - 1];
                    size.dear = nanos[count] > inItsStead;
                    nanos[count] = trusted(size) ? nanos[count] : Math.min(nanos[count], inItsStead);
                }
                weights[count] = size.shape.size();
                count++;
            }
        }
        curve = BatchTimeCurve.of(
                Arrays.copyOf(at, count),
                Arrays.copyOf(nanos, count),
                Arrays.copyOf(weights, count),
                untried,
                caution(),
                cautionNanos());
    }

    /** Powers of two between the smallest and the largest size, where nothing down to the next of them is known. */
    private int[] untried() {
        int[] found = new int[Integer.SIZE];
        int count = 0;
        int last = sizes.lastKey();
        for (int size = 2 * Integer.highestOneBit(sizes.firstKey()); size < last; size *= 2) {
            if (!anyTrusted(size / 2, size)) {
                found[count++] = size;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private boolean anyTrusted(int above, int upTo) {
        for (Size size : sizes.subMap(above, false, upTo, true).values()) {
            if (trusted(size)) {
                return true;
            }
        }
        return false;
    }

    private boolean trusted(Size size) {
        return size.shape.size() >= TRUSTED && !forgotten(size);
    }

    private boolean forgotten(Size size) {
        return records - size.lastRecord > (size.dear ? DOUBTED : FORGOTTEN);
    }

    private static int step(int items) {
        if (items <= EXACT_SIZES) {
            return items;
        }
        int width = Integer.highestOneBit(items - 1) * 2 / EXACT_SIZES;
        return (items + width - 1) / width * width;
    }

    /** Whether anything was learnt. */
    public boolean known() {
        return curve.known();
    }

    @Override
    public long expectedNanos(int items) {
        return curve.expectedNanos(items);
    }

    @Override
    public long cautiousNanos(int items) {
        return curve.cautiousNanos(items);
    }

    @Override
    public int worthTrying(int items) {
        return curve.worthTrying(items);
    }

    @Override
    public BatchCost snapshot() {
        return curve;
    }

    /** By ascending batch size; times at the present pace. */
    public synchronized List<ServiceCurve.Point> points() {
        List<ServiceCurve.Point> points = new ArrayList<>(sizes.size());
        for (Map.Entry<Integer, Size> entry : sizes.entrySet()) {
            SlidingQuantiles shape = entry.getValue().shape;
            double mean = shape.meanUpTo(CAUTION) * pace / 1e9;
            double p99 = shape.quantile(CAUTION) * pace / 1e9;
            points.add(new ServiceCurve.Point(entry.getKey(), mean, Math.max(mean, p99), entry.getValue().batches));
        }
        return points;
    }

    /** What is known of one size. */
    private static final class Size {
        private final int items;
        /** Times at pace 1. */
        private SlidingQuantiles shape = new SlidingQuantiles(SIZE_WINDOW);

        private long batches;
        private long lastRecord;
        /** Whether smaller batches in its stead seemed to take less. */
        private boolean dear;

        Size(int items) {
            this.items = items;
        }
    }
}
