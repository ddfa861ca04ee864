package dev.kilter.autoscaler;

/** What asking one source for its load gave. */
public sealed interface Reading<T> {

    /** It answered. */
    record Report<T>(T load) implements Reading<T> {}

    /** It did not, or not sensibly; the reason is a short phrase. */
    record Missing<T>(String reason) implements Reading<T> {}
}
