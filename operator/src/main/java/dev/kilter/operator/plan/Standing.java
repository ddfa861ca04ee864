package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.Labels;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a pool stands among those of its InferenceDeployment. It is kept in the pool's annotations: whoever reconciles
 * next goes on from there.
 */
public sealed interface Standing {

    /** It is one of those that serve. */
    record Established() implements Standing {}

    /**
     * Of a new revision, which has yet to prove itself.
     *
     * @param since when it was made, or else was given the share that it has
     */
    record Candidate(Instant since) implements Standing {}

    /**
     * It was found worse, or never got ready. It stays without pods, as the record of that.
     *
     * @param why what was measured against what, or what kept it from getting ready
     */
    record RolledBack(Instant since, String why) implements Standing {}

    /**
     * It takes no new requests, and goes after the drain time.
     *
     * @param proven whether it had served in earnest
     */
    record Retired(Instant since, boolean proven) implements Standing {}

    /** Reads it. */
    static Standing of(ServingPool pool) {
        Map<String, String> annotations = pool.getMetadata().getAnnotations();
        Optional<Instant> retired = time(annotations, Labels.RETIRED_AT);
        Optional<Instant> candidate = time(annotations, Labels.CANDIDATE_SINCE);
        String rolledBack = annotations.get(Labels.ROLLED_BACK);
        if (retired.isPresent()) {
            return rolledBack == null
                    ? new Retired(retired.get(), candidate.isEmpty())
                    : new RolledBack(retired.get(), rolledBack);
        }
        return candidate.<Standing>map(Candidate::new).orElseGet(Established::new);
    }

    /** The annotations that tell it. */
    default SortedMap<String, String> annotations() {
        SortedMap<String, String> annotations = new TreeMap<>();
        switch (this) {
            case Established() -> {}
            case Candidate(Instant since) -> annotations.put(Labels.CANDIDATE_SINCE, since.toString());
            case RolledBack(Instant since, String why) -> {
                annotations.put(Labels.RETIRED_AT, since.toString());
                annotations.put(Labels.ROLLED_BACK, why);
            }
            case Retired(Instant since, boolean proven) -> {
                annotations.put(Labels.RETIRED_AT, since.toString());
                if (!proven) {
                    annotations.put(Labels.CANDIDATE_SINCE, since.toString());
                }
            }
        }
        return annotations;
    }

    /** What somebody else wrote there, and is no time, is as good as nothing: the next write puts it right. */
    private static Optional<Instant> time(Map<String, String> annotations, String key) {
        try {
            return Optional.ofNullable(annotations.get(key)).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
