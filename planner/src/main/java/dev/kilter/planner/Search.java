package dev.kilter.planner;

import dev.kilter.core.QualityGoal;
import dev.kilter.core.Slo;
import dev.kilter.core.capacity.Replica;
import dev.kilter.planner.Plan.Evidence;
import dev.kilter.planner.PlanRequest.Offer;
import dev.kilter.planner.PlanRequest.Profile;
import dev.kilter.planner.PlanRequest.Variant;
import dev.kilter.planner.Rejection.Constraint;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** One verdict for each variant on each class: its size, or what it falls over. */
final class Search {
    /** What a lower limit on batches must carry of what a higher one does: less may be chance. */
    private static final double CLEARLY_MORE = 1.005;

    private final PlanRequest request;

    Search(PlanRequest request) {
        this.request = request;
    }

    /** What the search says of one variant on one class. */
    sealed interface Verdict {
        /** It meets all that was asked. */
        record Feasible(Candidate candidate) implements Verdict {}

        /** It fits, but nobody measured it. */
        record Unmeasured(Candidate candidate) implements Verdict {}

        /**
         * It does not do.
         *
         * @param excess by how much the constraint is missed, to rank within it; 0 where there is no measure
         * @param candidate sized without the limit that it falls over, where that can be run at all
         * @param lonelyP99 seconds of a lone request, where measured
         */
        record Rejected(
                String name,
                String acceleratorClass,
                Constraint constraint,
                String reason,
                double excess,
                Optional<Candidate> candidate,
                Optional<Double> lonelyP99)
                implements Verdict {}
    }

    List<Verdict> verdicts() {
        List<Verdict> verdicts = new ArrayList<>();
        for (int order = 0; order < request.offers().size(); order++) {
            for (Variant variant : request.variants()) {
                verdicts.add(verdict(order, request.offers().get(order), variant));
            }
        }
        return verdicts;
    }

    private Verdict verdict(int order, Offer offer, Variant variant) {
        Optional<Verdict.Rejected> unfit = unfit(offer, variant);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        Optional<Profile> profile = profile(offer, variant);
        return profile.isPresent() ? measured(order, offer, variant, profile.get()) : unmeasured(order, offer, variant);
    }

    /** What no batch size and no count of replicas can mend. */
    private Optional<Verdict.Rejected> unfit(Offer offer, Variant variant) {
        if (offer.unavailable().isPresent()) {
            return rejected(
                    offer, variant, Constraint.AVAILABILITY, offer.unavailable().get(), 0);
        }
        if (!offer.precisions().isEmpty() && !offer.precisions().contains(variant.precision())) {
            String runs = String.join(", ", new TreeSet<>(offer.precisions()));
            return rejected(
                    offer,
                    variant,
                    Constraint.PRECISION,
                    "precision " + variant.precision() + " (runs " + runs + ")",
                    0);
        }
        Optional<Long> needs = memory(offer, variant);
        if (needs.isPresent()
                && offer.memoryBytes().isPresent()
                && needs.get() > offer.memoryBytes().get()) {
            long has = offer.memoryBytes().get();
            return rejected(
                    offer,
                    variant,
                    Constraint.MEMORY,
                    "memory " + Wording.bytes(needs.get()) + " > " + Wording.bytes(has),
                    (double) needs.get() / has - 1);
        }
        if (request.quality().isEmpty()) {
            return Optional.empty();
        }
        double target = request.quality().get().target();
        if (variant.quality().isEmpty()) {
            String reason = "quality unknown, target " + Wording.percent(target) + " (state the variant's quality)";
            return rejected(offer, variant, Constraint.QUALITY, reason, 1);
        }
        double has = variant.quality().get().value();
        return has >= target
                ? Optional.empty()
                : rejected(
                        offer,
                        variant,
                        Constraint.QUALITY,
                        variant.quality().get().metric() + " " + Wording.percent(has) + " < target "
                                + Wording.percent(target),
                        target - has);
    }

    private Verdict measured(int order, Offer offer, Variant variant, Profile profile) {
        Replica replica = best(offer, profile);
        double capacity = capacity(replica);
        if (!(capacity > 0)) {
            return tooSlow(offer, variant, replica);
        }
        return limited(new Candidate(
                order,
                offer,
                variant,
                residents(offer, variant),
                replica.largestBatch(),
                request.batching().maxDelay(),
                Optional.of(replica),
                capacity,
                replicasFor(capacity),
                request.requestsPerSecondPerReplica().isPresent() ? Evidence.FIXED_TARGET : Evidence.MEASURED));
    }

    /** The batch policy finds its sizes: under the limits, unless a lower one carries clearly more. */
    private Replica best(Offer offer, Profile profile) {
        int limit = Math.min(request.batching().maxBatchSize(), profile.curve().largestMeasuredBatch());
        Replica best = replica(offer, profile, limit);
        if (request.slo().isPresent()) {
            for (int size : sizesBelow(best.largestBatch(), profile)) {
                Replica lower = replica(offer, profile, size);
                best = lower.carries(CLEARLY_MORE * best.capacity()) ? lower : best;
            }
        }
        return best;
    }

    /** Powers of two and what was measured, the largest first. */
    private static NavigableSet<Integer> sizesBelow(int limit, Profile profile) {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (int size = 1; size < limit; size *= 2) {
            sizes.add(size);
        }
        profile.curve().points().stream()
                .map(point -> point.batchSize())
                .filter(size -> size < limit)
                .forEach(sizes::add);
        return sizes.descendingSet();
    }

    private Replica replica(Offer offer, Profile profile, int maxBatchSize) {
        return new Replica(
                profile.curve(),
                offer.instances(),
                maxBatchSize,
                request.batching().maxDelay(),
                request.slo().map(Slo::p99).orElse(Planner.PATIENCE_WITHOUT_SLO));
    }

    private Verdict unmeasured(int order, Offer offer, Variant variant) {
        boolean fixed = request.requestsPerSecondPerReplica().isPresent();
        double capacity = request.requestsPerSecondPerReplica().orElse(0.0);
        Candidate candidate = new Candidate(
                order,
                offer,
                variant,
                residents(offer, variant),
                request.batching().maxBatchSize(),
                request.batching().maxDelay(),
                Optional.empty(),
                capacity,
                fixed ? replicasFor(capacity) : Math.max(1, request.replicas().min()),
                fixed ? Evidence.FIXED_TARGET : Evidence.UNMEASURED);
        return switch (limited(candidate)) {
            case Verdict.Feasible(Candidate within) -> new Verdict.Unmeasured(within);
            case Verdict.Unmeasured same -> same;
            case Verdict.Rejected rejected -> rejected;
        };
    }

    /** A lone request misses the objective, or some do at the fixed rate. */
    private Verdict tooSlow(Offer offer, Variant variant, Replica replica) {
        double objective = replica.objective().toNanos() / 1e9;
        double lonely = replica.p99Seconds(0);
        double fixed = request.requestsPerSecondPerReplica().orElse(0.0);
        double carried = replica.capacity();
        String reason = carried > 0
                ? "carries " + Wording.rate(carried) + " within p99 " + Wording.seconds(objective) + ", and a fixed "
                        + Wording.rate(fixed) + " is asked"
                : "p99 " + Wording.seconds(lonely) + " > " + Wording.seconds(objective) + " at batch 1";
        return new Verdict.Rejected(
                variant.name() + " on " + offer.acceleratorClass(),
                offer.acceleratorClass(),
                Constraint.LATENCY,
                reason,
                (carried > 0 ? fixed / carried : lonely / objective) - 1,
                Optional.empty(),
                Optional.of(lonely));
    }

    /** Holds the limits on replicas and cost against a sized candidate. */
    private Verdict limited(Candidate candidate) {
        int max = request.replicas().max();
        if (candidate.replicas() > max) {
            String reason = "needs " + Wording.replicas(candidate.replicas()) + " > maxReplicas " + max + " ("
                    + Wording.rate(candidate.capacity()) + " each)";
            return over(candidate, Constraint.REPLICAS, reason, (double) candidate.replicas() / max - 1);
        }
        Optional<BigDecimal> cap = request.maxCostPerHour();
        if (cap.isPresent() && candidate.costPerHour().compareTo(cap.get()) > 0) {
            String reason = Wording.money(candidate.costPerHour()) + "/h for " + Wording.replicas(candidate.replicas())
                    + " > budget " + Wording.money(cap.get()) + "/h";
            return over(
                    candidate,
                    Constraint.BUDGET,
                    reason,
                    candidate.costPerHour().doubleValue() / cap.get().doubleValue() - 1);
        }
        return new Verdict.Feasible(candidate);
    }

    /** Requests a second; 0 where the objective, or the fixed rate within it, is too much. */
    private double capacity(Replica replica) {
        Optional<Double> fixed = request.requestsPerSecondPerReplica();
        if (request.slo().isEmpty()) {
            return fixed.orElse(Planner.LOAD_WITHOUT_SLO * replica.saturation());
        }
        double carried = replica.capacity();
        return fixed.map(rate -> rate <= carried ? rate : 0).orElse(carried);
    }

    private int replicasFor(double capacity) {
        double needed = Math.ceil(request.requestsPerSecond() / capacity);
        return (int) Math.max(Math.max(1, request.replicas().min()), Math.min(needed, Integer.MAX_VALUE));
    }

    /** The active variant, then those that may answer in bursts between floor and target, while memory lasts. */
    private List<String> residents(Offer offer, Variant active) {
        List<String> names = new ArrayList<>(List.of(active.name()));
        long used = memory(offer, active).orElse(0L);
        for (Variant other : request.variants()) {
            long needs = memory(offer, other).orElse(0L);
            boolean fits = used + needs <= offer.memoryBytes().orElse(Long.MAX_VALUE);
            boolean runs = offer.precisions().isEmpty() || offer.precisions().contains(other.precision());
            if (fits && runs && mayDegradeTo(other)) {
                names.add(other.name());
                used += needs;
            }
        }
        return names;
    }

    private boolean mayDegradeTo(Variant variant) {
        if (request.quality().isEmpty() || variant.quality().isEmpty()) {
            return false;
        }
        QualityGoal goal = request.quality().get();
        double quality = variant.quality().get().value();
        return goal.maxDegradedShare() > 0 && quality >= goal.floor() && quality < goal.target();
    }

    private Optional<Long> memory(Offer offer, Variant variant) {
        return profile(offer, variant).flatMap(Profile::memoryBytes).or(variant::memoryBytes);
    }

    private Optional<Profile> profile(Offer offer, Variant variant) {
        return request.profiles().stream()
                .filter(profile -> profile.variant().equals(variant.name())
                        && profile.acceleratorClass().equals(offer.acceleratorClass())
                        && profile.provider().equals(offer.provider()))
                .findFirst();
    }

    private static Optional<Verdict.Rejected> rejected(
            Offer offer, Variant variant, Constraint constraint, String reason, double excess) {
        String name = variant.name() + " on " + offer.acceleratorClass();
        return Optional.of(new Verdict.Rejected(
                name, offer.acceleratorClass(), constraint, reason, excess, Optional.empty(), Optional.empty()));
    }

    private static Verdict over(Candidate candidate, Constraint constraint, String reason, double excess) {
        return new Verdict.Rejected(
                candidate.name(),
                candidate.offer().acceleratorClass(),
                constraint,
                reason,
                excess,
                Optional.of(candidate),
                Optional.empty());
    }
}
