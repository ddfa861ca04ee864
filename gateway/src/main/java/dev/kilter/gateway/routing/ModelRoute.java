package dev.kilter.gateway.routing;

import dev.kilter.core.balancing.LeastOutstanding;
import dev.kilter.core.balancing.ShareChoice;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The way to one model's pods. Immutable but for the pods' own state.
 *
 * @param name the model's name
 * @param sloMillis its p99 objective
 * @param maxDegradedShare of its requests over half an hour, that lesser variants may answer instead of nobody, 0..1
 * @param revisions with their shares
 */
public record ModelRoute(String name, double sloMillis, double maxDegradedShare, List<Revision> revisions) {

    /**
     * The pools of one revision.
     *
     * @param share 0 or less takes no new requests
     * @param candidate whether it has yet to prove itself
     */
    public record Revision(String name, int share, boolean candidate, List<Pool> pools) {
        public Revision {
            pools = List.copyOf(pools);
        }

        private List<Pod> pods(Function<Pool, List<Pod>> which) {
            return pools.size() == 1
                    ? which.apply(pools.getFirst())
                    : pools.stream().flatMap(p -> which.apply(p).stream()).toList();
        }
    }

    public ModelRoute {
        revisions = List.copyOf(revisions);
    }

    /**
     * The pod for the next request: a revision by share, in it a pod by weighted least outstanding. Pods that have not
     * been heard for long, and pods that leave, are taken only while no other can be.
     *
     * @param tried never chosen again
     * @param nowNanos {@code System.nanoTime()}
     * @return empty if no pod may be called now
     */
    public Optional<Pod> choose(List<Pod> tried, RandomGenerator random, long nowNanos) {
        Predicate<Pod> callable = pod -> !tried.contains(pod) && pod.reachable(nowNanos);
        return choose(Pool::ready, callable.and(pod -> pod.heard(nowNanos)), random)
                .or(() -> choose(Pool::ready, callable, random))
                .or(() -> choose(Pool::leaving, callable, random));
    }

    private Optional<Pod> choose(Function<Pool, List<Pod>> which, Predicate<Pod> callable, RandomGenerator random) {
        return ShareChoice.choose(
                        revisions,
                        Revision::share,
                        revision -> revision.pods(which).stream().anyMatch(callable),
                        random.nextDouble())
                .flatMap(revision -> LeastOutstanding.choose(revision.pods(which), callable, random.nextInt()));
    }

    /** Whether a pod is of a candidate, so that the established revisions answer what it does not. */
    public boolean isOnTrial(Pod pod) {
        for (Revision revision : revisions) {
            if (revision.candidate() && revision.pools().contains(pod.pool())) {
                return true;
            }
        }
        return false;
    }

    /** The way to the established revisions alone. */
    public ModelRoute established() {
        return new ModelRoute(
                name,
                sloMillis,
                maxDegradedShare,
                revisions.stream().filter(revision -> !revision.candidate()).toList());
    }

    /** Whether any pod takes new requests. */
    public boolean hasReadyPod() {
        return revisions.stream()
                .anyMatch(r -> r.share() > 0
                        && r.pools().stream().anyMatch(p -> !p.ready().isEmpty()));
    }

    /** All its pools, each once. */
    public List<Pool> pools() {
        return revisions.stream().flatMap(r -> r.pools().stream()).distinct().toList();
    }
}
