package dev.kilter.protocol;

import java.util.Optional;

/**
 * Body of {@code PUT /kilter/v1/models/MODEL/operating-point} to a serving pod. Answers: 200 with the
 * {@link RuntimeLoad.OperatingPointState} in force; 409 for a version below the one in force; 400 for a variant that is
 * not resident or a bound that is none; 404 for a model that is not served.
 *
 * @param version rises with each decision; the newest wins
 * @param variant a resident variant's name
 * @param maxBatchSize items, at least 1
 * @param maxDelayMillis empty: derived by the policy
 * @param lesser what may be answered with lesser quality instead of not at all; empty: nothing
 * @param timeToLiveSeconds without another update by then the pod falls back to its default
 */
public record OperatingPointUpdate(
        long version,
        String variant,
        int maxBatchSize,
        Optional<Double> maxDelayMillis,
        Optional<Lesser> lesser,
        double timeToLiveSeconds) {

    /**
     * A faster variant of lesser quality.
     *
     * @param variant a resident variant's name, another than the active one's
     * @param maxShare of the pod's requests over half an hour that it may answer, 0..1
     */
    public record Lesser(String variant, double maxShare) {}
}
