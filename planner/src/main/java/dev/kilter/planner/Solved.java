package dev.kilter.planner;

import dev.kilter.core.capacity.Replica;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Remembers the last answers of the capacity analysis: equal questions have equal answers, and the same plan is asked
 * for again and again while nothing changes. Safe for use by several threads.
 */
final class Solved {
    /** The one of this process. */
    static final Solved ANALYSIS = new Solved();

    private static final int LARGEST = 4096;

    private final Map<Question, Double> answers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Double> eldest) {
            return size() > LARGEST;
        }
    };

    private Solved() {}

    /** Of a replica: the capacity within an objective, or the p99 at a rate. */
    private sealed interface Question {
        record Capacity(Replica replica, Duration p99) implements Question {}

        record P99(Replica replica, double rate) implements Question {}
    }

    /** As {@link Replica#capacity}. */
    double capacity(Replica replica, Duration p99) {
        return answer(new Question.Capacity(replica, p99), () -> replica.capacity(p99));
    }

    /** As {@link Replica#p99Seconds}. */
    double p99Seconds(Replica replica, double rate) {
        return answer(new Question.P99(replica, rate), () -> replica.p99Seconds(rate));
    }

    private double answer(Question question, DoubleSupplier analysis) {
        synchronized (answers) {
            Double known = answers.get(question);
            if (known != null) {
                return known;
            }
        }
        // Outside the lock: an analysis takes milliseconds, and a second thread at worst does it twice.
        double answer = analysis.getAsDouble();
        synchronized (answers) {
            answers.put(question, answer);
        }
        return answer;
    }
}
