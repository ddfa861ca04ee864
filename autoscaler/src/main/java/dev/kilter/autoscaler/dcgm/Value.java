package dev.kilter.autoscaler.dcgm;

/** What a page tells of one field of one GPU. */
sealed interface Value {

    record Known(double value) implements Value {}

    record Unusable(Problem problem) implements Value {}
}
