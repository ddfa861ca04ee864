package dev.kilter.gateway.counting;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one model; they only rise. Event loops count concurrently. */
public final class ModelCounters {

    private final LongAdder offered = new LongAdder();
    private final LongAdder withinSlo = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final Map<Verdict, LongAdder> verdicts = new EnumMap<>(Verdict.class);
    private final LesserAnswers lesserAnswers = new LesserAnswers();
    private volatile Objective objective;

    /** The objective and the histogram that has a bound there change together. */
    private record Objective(double sloMillis, LatencyHistogram latency) {}

    ModelCounters(double sloMillis) {
        for (Verdict verdict : Verdict.values()) {
            verdicts.put(verdict, new LongAdder());
        }
        objective = new Objective(sloMillis, new LatencyHistogram(sloMillis));
    }

    void sloMillis(double sloMillis) {
        Objective before = objective;
        if (before.sloMillis() != sloMillis) {
            objective = new Objective(sloMillis, before.latency().withSlo(sloMillis));
        }
    }

    /** A request arrived; {@link #ended} must follow. */
    public void offered() {
        offered.increment();
    }

    /** A request was sent to one more pod. */
    public void retried() {
        retried.increment();
    }

    /**
     * A request has ended.
     *
     * @param nanos from its arrival to the last byte of its answer
     */
    public void ended(Verdict verdict, long nanos) {
        verdicts.get(verdict).increment();
        if (verdict == Verdict.ANSWERED) {
            Objective now = objective;
            now.latency().record(nanos);
            if (nanos <= now.sloMillis() * 1e6) {
                withinSlo.increment();
            }
        }
    }

    /** Who may be answered by a lesser variant. */
    public LesserAnswers lesserAnswers() {
        return lesserAnswers;
    }

    /** The p99 objective, milliseconds. */
    public double sloMillis() {
        return objective.sloMillis();
    }

    long offeredCount() {
        return offered.sum();
    }

    long count(Verdict verdict) {
        return verdicts.get(verdict).sum();
    }

    long withinSloCount() {
        return withinSlo.sum();
    }

    long retriedCount() {
        return retried.sum();
    }

    LatencyHistogram latency() {
        return objective.latency();
    }
}
