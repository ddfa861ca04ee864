package dev.kilter.core.capacity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Remembers the last answers about replicas: equal questions have equal answers, and the same plan is asked for again
 * and again while nothing changes. Safe for use by several threads.
 */
final class Solved {
    /** Those of this process. */
    static final Solved ANSWERS = new Solved();

    private static final int LARGEST = 4096;

    private final Map<Question, Double> answers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Double> eldest) {
            return size() > LARGEST;
        }
    };

    private Solved() {}

    /** What was asked. */
    sealed interface Question {}

    /** The capacity of a replica. */
    record Capacity(Replica replica) implements Question {}

    /** By how much a promised rate misses the objective. */
    record Missed(Replica replica, double rate) implements Question {}

    /** The 99th percentile at a rate. */
    record P99(Replica replica, double rate) implements Question {}

    /** The answer as remembered, or else as found now. */
    double of(Question question, DoubleSupplier found) {
        synchronized (answers) {
            Double known = answers.get(question);
            if (known != null) {
                return known;
            }
        }
        // Outside the lock: an answer takes many milliseconds, and a second thread at worst finds it twice.
        double answer = found.getAsDouble();
        synchronized (answers) {
            answers.put(question, answer);
        }
        return answer;
    }
}
