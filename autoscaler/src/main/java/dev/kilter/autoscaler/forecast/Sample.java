package dev.kilter.autoscaler.forecast;

import java.time.Instant;

/** What was seen at a time. */
record Sample(Instant at, Rates rates) {}
