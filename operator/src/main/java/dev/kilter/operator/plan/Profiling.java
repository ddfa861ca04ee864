package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.Money;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.api.v1alpha1.Variant;
import dev.kilter.operator.build.ProfileJobs;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What to measure next: one variant on one class at a time, those first that the plan rests on. What somebody else of
 * the namespace measures in the same way is waited for. What fails is tried again, later each time, and given up after
 * {@value #MOST_ATTEMPTS} attempts in the same way.
 *
 * @param measured how many of the wanted pairs have evidence
 * @param wanted how many pairs are worth knowing
 * @param start what to start now; empty: something runs, or nothing is left
 * @param failure the latest failure of what still lacks evidence
 * @param wakeAfter when a report will have been kept, one that runs is overdue, or a failed one may be tried again
 */
public record Profiling(
        int measured, int wanted, Optional<Start> start, Optional<ProfileRun> failure, Optional<Duration> wakeAfter) {

    /** How often one variant is tried on one class in one way. */
    public static final int MOST_ATTEMPTS = 5;

    private static final Duration KEPT_SOON = Duration.ofSeconds(1);
    private static final Duration FIRST_RETRY = Duration.ofMinutes(10);
    private static final Duration LONGEST_RETRY = Duration.ofHours(6);

    /** @param attempt from 1 */
    public record Start(Configuration configuration, Variant variant, int attempt) {}

    /** The same, but its next Job could not be made. */
    public Profiling refused(ProfileRun notMade, Duration lookAgain) {
        return new Profiling(
                measured,
                wanted,
                start,
                failure.or(() -> Optional.of(notMade)),
                soonest(wakeAfter, Optional.of(lookAgain)));
    }

    /** Whether all that is worth knowing is known. */
    public boolean complete() {
        return measured == wanted;
    }

    /**
     * Decides.
     *
     * @param plan that serves; null: none
     * @param objectiveMet false: costlier classes are worth knowing too
     * @param runs its own, and those of others that may measure what it wants to know
     */
    public static Profiling decide(
            PlanInputs inputs, Plan plan, boolean objectiveMet, List<ProfileRun> runs, Instant now) {
        List<Pair> pairs = pairs(inputs, plan, objectiveMet);
        List<Pair> open = pairs.stream()
                .filter(pair -> !(inputs.evidence(pair.variant(), pair.on()) instanceof Evidence.Measured))
                .toList();
        int measured = pairs.size() - open.size();
        List<ProfileRun> own =
                runs.stream().filter(run -> run.isOwnedBy(inputs.deployment())).toList();
        boolean busy = own.stream().anyMatch(ProfileRun::isRunning);
        Optional<Start> start = Optional.empty();
        Optional<ProfileRun> failure = Optional.empty();
        Optional<Duration> wakeAfter = Optional.empty();
        for (ProfileRun run : own) {
            wakeAfter = soonest(wakeAfter, lookAgain(run, now));
        }
        for (Pair pair : open) {
            Configuration configuration = inputs.profiled(pair.variant(), pair.on());
            Optional<ProfileRun> last = lastOf(ProfileJobs.measurement(configuration, inputs.runtimeImage()), runs);
            if (last.isPresent() && last.get().state() instanceof ProfileRun.Failed failed) {
                failure = failure.or(() -> last);
                if (isGivenUp(last.get())) {
                    continue;
                }
                Duration left = Duration.between(
                        now, failed.at().plus(backOff(last.get().attempt())));
                if (left.isPositive()) {
                    wakeAfter = soonest(wakeAfter, Optional.of(left));
                    continue;
                }
            } else if (last.isPresent()) {
                // It runs, or its report is about to be kept.
                wakeAfter = soonest(wakeAfter, lookAgain(last.get(), now));
                continue;
            }
            if (start.isEmpty() && !busy) {
                int attempt = last.map(run -> run.attempt() + 1).orElse(1);
                start = Optional.of(new Start(configuration, pair.variant(), attempt));
            }
        }
        return new Profiling(measured, pairs.size(), start, failure, wakeAfter);
    }

    /** Whether a failed run was the last attempt; deleting its Job, or another way, begins anew. */
    public static boolean isGivenUp(ProfileRun run) {
        return run.state() instanceof ProfileRun.Failed failed && (!failed.again() || run.attempt() >= MOST_ATTEMPTS);
    }

    private static Optional<Duration> lookAgain(ProfileRun run, Instant now) {
        return switch (run.state()) {
            case ProfileRun.Running(Instant until) -> Optional.of(Duration.between(now, until));
            // Our own write of a profile raises no event: look once more, to plan with it and let its Job go.
            case ProfileRun.Succeeded ignored -> Optional.of(KEPT_SOON);
            case ProfileRun.Failed ignored -> Optional.empty();
        };
    }

    private static Optional<Duration> soonest(Optional<Duration> one, Optional<Duration> other) {
        return Stream.concat(one.stream(), other.stream()).min(Duration::compareTo);
    }

    private record Pair(Variant variant, AcceleratorClass on) {}

    private static List<Pair> pairs(PlanInputs inputs, Plan plan, boolean objectiveMet) {
        List<AcceleratorClass> classes = new ArrayList<>(inputs.usableClasses());
        classes.sort(Comparator.comparing(each -> !isPlanned(each, plan)));
        List<Pair> pairs = new ArrayList<>();
        for (AcceleratorClass each : classes) {
            if (isPlanned(each, plan) || isWorthKnowing(inputs, each, plan, objectiveMet)) {
                inputs.answering().stream()
                        .filter(variant -> runs(each, variant))
                        .forEach(variant -> pairs.add(new Pair(variant, each)));
            }
        }
        return pairs;
    }

    private static boolean isPlanned(AcceleratorClass each, Plan plan) {
        return plan != null
                && plan.pools().stream()
                        .anyMatch(pool -> pool.acceleratorClass()
                                .equals(each.getMetadata().getName()));
    }

    /** A class whose one replica costs more than all that runs now is none to save with. */
    private static boolean isWorthKnowing(PlanInputs inputs, AcceleratorClass each, Plan plan, boolean objectiveMet) {
        Set<String> without = inputs.withoutNodes();
        if (without.contains(each.getMetadata().getName())) {
            return false;
        }
        boolean byPrice = inputs.deployment().getSpec().hardware().policy().equals("Cheapest");
        Optional<BigDecimal> price = PlanInputs.price(each);
        if (!byPrice || !objectiveMet || plan == null || price.isEmpty()) {
            return true;
        }
        BigDecimal running = plan.pools().stream()
                .filter(pool -> pool.costPerHour() != null)
                .map(pool -> Money.parse("costPerHour", pool.costPerHour()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return price.get().compareTo(running) < 0;
    }

    private static boolean runs(AcceleratorClass each, Variant variant) {
        List<String> precisions = each.getSpec().capabilities().precisions();
        return precisions.isEmpty() || precisions.contains(variant.precision());
    }

    private static Optional<ProfileRun> lastOf(String measurement, List<ProfileRun> runs) {
        return runs.stream().filter(run -> run.isOf(measurement)).max(Comparator.comparingInt(ProfileRun::attempt));
    }

    /** 10 minutes, then twice as long each time, at most 6 hours. */
    static Duration backOff(int attempt) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.clamp(attempt - 1, 0, 10));
        return wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY;
    }
}
