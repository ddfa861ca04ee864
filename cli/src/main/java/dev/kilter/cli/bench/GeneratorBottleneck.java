package dev.kilter.cli.bench;

import java.util.List;

/** The generator had no room: what was measured says nothing about the server. */
public final class GeneratorBottleneck extends RuntimeException {

    private static final long serialVersionUID = 1;

    GeneratorBottleneck(String when, List<String> shortcomings) {
        super("the load generator was the bottleneck " + when + ", so there is nothing to report: "
                + String.join("; ", shortcomings));
    }
}
