package dev.kilter.operator.status;

import dev.kilter.api.v1alpha1.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Conditions as metav1 means them: the time of the last transition moves with the status alone. */
public final class Conditions {

    private static final int MAX_MESSAGE = 1024;

    private final List<Condition> before;
    private final long generation;
    private final Instant now;
    private final List<Condition> after = new ArrayList<>();

    /** @param generation of the resource that the conditions are found at */
    public Conditions(List<Condition> before, long generation, Instant now) {
        this.before = before;
        this.generation = generation;
        this.now = now;
    }

    /** What a condition says. */
    public enum Status {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /** True or False. */
        public static Status of(boolean holds) {
            return holds ? TRUE : FALSE;
        }
    }

    /** Adds one. */
    public Conditions set(String type, Status status, String reason, String message) {
        String since = find(before, type)
                .filter(old -> old.status().equals(status.text))
                .map(Condition::lastTransitionTime)
                .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
        String shown = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
        after.add(new Condition(type, status.text, generation, since, reason, shown));
        return this;
    }

    /** All that were set, in that order. */
    public List<Condition> list() {
        return List.copyOf(after);
    }

    /** The condition of a type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(each -> each.type().equals(type)).findFirst();
    }

    /** Whether a condition is there and True. */
    public static boolean isTrue(List<Condition> conditions, String type) {
        return find(conditions, type).map(each -> each.status().equals("True")).orElse(false);
    }
}
