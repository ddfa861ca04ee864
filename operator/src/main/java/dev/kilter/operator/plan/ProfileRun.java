package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.ProfileJobs;
import java.time.Instant;

/**
 * A profiling Job as it was seen.
 *
 * @param job its name
 * @param owner uid of the InferenceDeployment that it goes with, which started it
 * @param source {@link dev.kilter.operator.build.Hashes#of} the variant's URI
 * @param provider that is to have answered
 * @param setup that it runs in
 * @param attempt from 1
 */
public record ProfileRun(
        String job,
        String owner,
        String acceleratorClass,
        String source,
        String provider,
        ProfileSetup setup,
        int attempt,
        State state) {

    /** How far it is. */
    public sealed interface State {}

    /**
     * Not finished.
     *
     * @param until by then it has failed if nothing more is heard of it
     */
    public record Running(Instant until) implements State {}

    /**
     * Done; its report is to be kept.
     *
     * @param report the termination message
     * @param image that ran, by digest where known; empty text: not known
     */
    public record Succeeded(String report, String image, Instant at) implements State {}

    /**
     * Done, without a report.
     *
     * @param reason a word in CamelCase
     * @param message for people
     * @param again whether another attempt may end otherwise
     */
    public record Failed(String reason, String message, Instant at, boolean again) implements State {}

    /** Whether it was started for an InferenceDeployment, which lets it go. */
    public boolean isOwnedBy(InferenceDeployment deployment) {
        return owner.equals(Owner.of(deployment).uid());
    }

    /** Whether it is an attempt at a measurement. */
    public boolean isOf(String measurement) {
        return job.equals(ProfileJobs.name(measurement, attempt));
    }

    /** Whether it goes on. */
    public boolean isRunning() {
        return state instanceof Running;
    }

    /** The same run, further on. */
    public ProfileRun with(State other) {
        return new ProfileRun(job, owner, acceleratorClass, source, provider, setup, attempt, other);
    }
}
