package dev.kilter.e2e;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Skips a class, with the reason on the console, where there is neither a KUBECONFIG nor a Docker engine. */
final class NeedsCluster implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (kubeconfig().isPresent() || DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("a cluster can be had");
        }
        String reason = "no cluster: KUBECONFIG is not set and no Docker engine answers"
                + " (run e2e-tests/run, which starts a cluster and these tests)";
        if (context.getTestMethod().isEmpty()) {
            System.out.println("SKIPPED " + context.getDisplayName() + ": " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    static Optional<String> kubeconfig() {
        return Optional.ofNullable(System.getenv("KUBECONFIG")).filter(p -> !p.isBlank());
    }
}
