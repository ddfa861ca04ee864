package dev.kilter.cli.bench.evidence;

/** What can be said of an objective. */
public enum Verdict {
    /** It holds, at the confidence asked for. */
    PROVEN,
    /** It does not hold, at the confidence asked for. */
    REFUTED,
    /** Too few requests to say. */
    UNDECIDED
}
