package dev.kilter.cli.bench;

import dev.kilter.cli.bench.evidence.RateSearch;

/** Who is told how a bench goes on. */
public interface Progress {

    /** Something to know, a sentence. */
    void note(String text);

    /** A run goes on. */
    void running(String target, Load load, RunResult.Point point);

    /** A run ended. */
    void ran(int round, RunResult result);

    /** A step of a search ended. */
    void stepped(String target, RateSearch.Step step);
}
