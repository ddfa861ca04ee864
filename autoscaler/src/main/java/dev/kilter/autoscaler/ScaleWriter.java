package dev.kilter.autoscaler;

/** Writes replica counts. */
@FunctionalInterface
public interface ScaleWriter {

    /** Asks for {@code replicas} of a pool, if it still has the count that was read. */
    Outcome scale(DeploymentKey deployment, ScalingTarget.Pool pool, int replicas);

    /** What became of a write. */
    sealed interface Outcome {

        /** It stands. */
        record Written() implements Outcome {}

        /** Somebody else changed the pool meanwhile: the next tick decides from what they wrote. */
        record Conflict(String reason) implements Outcome {}

        /** It did not come through: the next tick tries again. */
        record Failed(String reason) implements Outcome {}
    }
}
