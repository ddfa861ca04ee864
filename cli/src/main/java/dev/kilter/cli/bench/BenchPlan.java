package dev.kilter.cli.bench;

import dev.kilter.cli.bench.evidence.Objective;
import dev.kilter.cli.load.request.Dialect;
import dev.kilter.cli.load.request.Filling;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a bench is asked to do.
 *
 * @param targets measured in turn, round after round
 * @param load what is offered; with {@code findMax} the first rate
 * @param objective what is to be proven or refuted; empty: figures only
 * @param findMax search the highest rate instead
 * @param ceiling in a closed loop, of the generator's own highest rate the share above which nothing is reported
 */
public record BenchPlan(
        List<Target> targets,
        String model,
        Dialect dialect,
        boolean http2,
        Inputs inputs,
        Load load,
        Optional<Objective> objective,
        Optional<FindMax> findMax,
        boolean early,
        int rounds,
        Duration warmUp,
        Duration duration,
        Connections connections,
        long seed,
        double ceiling) {

    /** A server and its name in the report. */
    public record Target(String name, URI url) {}

    /** What requests hold. */
    public record Inputs(Filling filling, long batch, Map<String, List<Long>> shapes, Optional<Path> file) {}

    /** @param resolution how close the ends are to come, such as 0.03 */
    public record FindMax(double resolution, int mostSteps) {}

    /** @param timeout from the scheduled time */
    public record Connections(int most, int maxInFlight, Duration timeout) {}

    /** How it is offered, in words. */
    public String describe() {
        return findMax.isPresent()
                ? "highest rate with " + objective.orElseThrow() + ", "
                        + Numbers.brief(findMax.get().resolution() * 100) + "% apart"
                : load.describe();
    }

    /** The protocol, in words. */
    public String protocol() {
        return switch (dialect) {
            case REST -> "Open Inference Protocol, REST in JSON, HTTP/" + (http2 ? "2" : "1.1");
            case BINARY -> "Open Inference Protocol, REST in binary, HTTP/" + (http2 ? "2" : "1.1");
            case GRPC -> "Open Inference Protocol, gRPC, raw contents";
            case PREDICT -> "/v1/predict, HTTP/" + (http2 ? "2" : "1.1");
        };
    }
}
