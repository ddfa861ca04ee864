package dev.kilter.autoscaler;

import dev.kilter.protocol.OperatingPointUpdate;

/** Pushes operating points to pods. */
@FunctionalInterface
public interface OperatingPointWriter {

    /** Best effort: a pod that was missed still differs at the next tick, and is told again then. */
    void push(DeploymentKey deployment, LoadSnapshot.Pod pod, OperatingPointUpdate update);
}
