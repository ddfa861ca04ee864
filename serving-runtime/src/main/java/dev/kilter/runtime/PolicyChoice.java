package dev.kilter.runtime;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.batching.rivals.AimdBatchPolicy;
import dev.kilter.core.batching.rivals.CorkBatchPolicy;
import dev.kilter.runtime.model.Hosting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An experiment's switch: how batches are formed. Other servers' rules are there to be compared with, live (decision
 * 0084).
 */
final class PolicyChoice {

    static final String ENVIRONMENT = "KILTER_BATCH_POLICY";

    private PolicyChoice() {}

    /**
     * What makes the policy of each line of requests.
     *
     * @throws StartException if the environment names an unknown one, or one that lacks what it needs
     */
    static Supplier<BatchPolicy> of(Map<String, String> environment, Hosting hosting) throws StartException {
        return switch (environment.getOrDefault(ENVIRONMENT, "slo")) {
            case "slo" -> SloBatchPolicy::new;
            case "greedy" -> GreedyBatchPolicy::new;
            case "aimd" -> {
                long objective = objectiveNanos("aimd", hosting);
                yield () -> new AimdBatchPolicy(objective);
            }
            case "cork" -> {
                long objective = objectiveNanos("cork", hosting);
                yield () -> new CorkBatchPolicy(objective);
            }
            case String other -> throw usage(other, "slo, greedy, aimd or cork");
        };
    }

    private static long objectiveNanos(String policy, Hosting hosting) throws StartException {
        List<Optional<Double>> objectives = hosting.atStart().stream()
                .flatMap(model -> hosting.repository().find(model).stream())
                .map(version -> version.config().sloMillis())
                .toList();
        if (objectives.size() != 1 || objectives.getFirst().isEmpty()) {
            throw usage(policy, "with that policy one model, with sloMillis");
        }
        return Math.round(objectives.getFirst().get() * 1e6);
    }

    private static StartException usage(String value, String expected) {
        return new StartException(ExitCode.USAGE, ENVIRONMENT + ": " + value + " (expected: " + expected + ")");
    }
}
