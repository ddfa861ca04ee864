package dev.kilter.autoscaler;

import dev.kilter.protocol.DemandSummary;

/** Tells the operator what was seen of an InferenceDeployment. */
@FunctionalInterface
public interface DemandPublisher {

    /** @return whether it stands; if not, the next tick tries again */
    boolean publish(DeploymentKey deployment, DemandSummary summary);
}
