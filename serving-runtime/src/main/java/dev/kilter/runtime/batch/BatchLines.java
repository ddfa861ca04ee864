package dev.kilter.runtime.batch;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.LearnedCurve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The lines of one queue, by what may share a batch; those where nobody stands are remembered for a while. */
final class BatchLines {

    /** Lines that are remembered while nobody stands in them, for what they know of arrivals and cost. */
    private static final int IDLE_LINES = 64;

    private static final Comparator<BatchLine> MOST_URGENT =
            (a, b) -> a.first().before(b.first()) ? -1 : b.first().before(a.first()) ? 1 : 0;

    private final Supplier<BatchPolicy> policies;
    private final Map<String, LearnedCurve> curves;
    private final int engines;
    private final Map<Object, BatchLine> lines = new HashMap<>();
    /** Those of them where somebody stands. */
    private final List<BatchLine> busy = new ArrayList<>();

    BatchLines(Supplier<BatchPolicy> policies, Map<String, LearnedCurve> curves, int engines) {
        this.policies = policies;
        this.curves = Map.copyOf(curves);
        this.engines = engines;
    }

    /** The line where requests of that key stand, served as the operating point says. */
    BatchLine open(Object key, OperatingPoint point) {
        BatchLine known = lines.get(key);
        if (known != null) {
            return known;
        }
        if (lines.size() - busy.size() >= IDLE_LINES) {
            lines.values().removeIf(line -> line.requests() == 0);
        }
        BatchLine line = new BatchLine(key, policies.get(), engines);
        serve(line, point);
        lines.put(key, line);
        return line;
    }

    Optional<BatchLine> known(Object key) {
        return Optional.ofNullable(lines.get(key));
    }

    /** From now on all are served as the operating point says. */
    void serve(OperatingPoint point) {
        lines.values().forEach(line -> serve(line, point));
    }

    private void serve(BatchLine line, OperatingPoint point) {
        line.serveWith(point.variant(), curves.get(point.variant()));
        point.lesser().ifPresentOrElse(by -> line.degradeTo(by, curves.get(by.variant())), line::degradeNoMore);
    }

    void add(BatchLine line, PendingRequest request) {
        if (line.requests() == 0) {
            busy.add(line);
        }
        line.add(request);
    }

    PendingRequest removeFirst(BatchLine line) {
        PendingRequest first = line.removeFirst();
        if (line.requests() == 0) {
            busy.remove(line);
        }
        return first;
    }

    /** Those where somebody stands. */
    List<BatchLine> busy() {
        return busy;
    }

    /** The same, the one with the most urgent head first. */
    List<BatchLine> busyByUrgency() {
        if (busy.size() > 1) {
            busy.sort(MOST_URGENT);
        }
        return busy;
    }

    /** Some have been taken out of their lines. */
    void forgetEmpty() {
        busy.removeIf(line -> line.requests() == 0);
    }

    /** Expected time of the batches of other lines that would run before a request of that line. */
    long nanosBefore(BatchLine its, PendingRequest request, int max) {
        long others = 0;
        for (int i = 0; i < busy.size(); i++) {
            if (busy.get(i) != its) {
                others += busy.get(i).nanosBefore(request, max);
            }
        }
        return others;
    }
}
