package dev.kilter.planner;

import dev.kilter.core.Quality;
import dev.kilter.core.QualityGoal;
import dev.kilter.core.ServiceCurve;
import dev.kilter.core.Slo;
import dev.kilter.planner.PlanRequest.Batching;
import dev.kilter.planner.PlanRequest.HardwarePolicy;
import dev.kilter.planner.PlanRequest.Offer;
import dev.kilter.planner.PlanRequest.Profile;
import dev.kilter.planner.PlanRequest.Replicas;
import dev.kilter.planner.PlanRequest.Variant;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Builds plan requests for tests: one fp32 variant, p99 50 ms at 200/s, no class, no profile, until told otherwise. */
final class Requests {
    private Optional<Slo> slo = Optional.of(new Slo(Duration.ofMillis(50), 0.001, Duration.ofMinutes(5)));
    private double rate = 200;
    private final List<Variant> variants = new ArrayList<>();
    private final List<Offer> offers = new ArrayList<>();
    private final List<Profile> profiles = new ArrayList<>();
    private Optional<QualityGoal> quality = Optional.empty();
    private Optional<BigDecimal> budget = Optional.empty();
    private HardwarePolicy policy = HardwarePolicy.CHEAPEST;
    private Batching batching = new Batching(32, Optional.empty());
    private Replicas replicas = new Replicas(1, 20);
    private Optional<Double> fixed = Optional.empty();

    static Requests of() {
        return new Requests();
    }

    Requests p99Millis(long millis) {
        slo = Optional.of(new Slo(Duration.ofMillis(millis), 0.001, Duration.ofMinutes(5)));
        return this;
    }

    Requests withoutSlo() {
        slo = Optional.empty();
        return this;
    }

    Requests rate(double perSecond) {
        rate = perSecond;
        return this;
    }

    Requests variant(String name, String precision, double accuracy, long mebibytes) {
        variants.add(new Variant(
                name, precision, Optional.of(new Quality("accuracy", accuracy)), Optional.of(mebibytes << 20)));
        return this;
    }

    Requests offer(String name, String cost, long gibibytes, String... precisions) {
        return offer(new Offer(
                name,
                "CPU",
                new BigDecimal(cost),
                Optional.of(gibibytes << 30),
                Set.of(precisions),
                1,
                2,
                Optional.empty()));
    }

    Requests offer(Offer offer) {
        offers.add(offer);
        return this;
    }

    Requests profile(String variant, String onClass, ServiceCurve curve) {
        profiles.add(new Profile(variant, onClass, "CPU", curve, Optional.empty()));
        return this;
    }

    Requests quality(double target, double floor, double share) {
        quality = Optional.of(new QualityGoal(target, floor, share));
        return this;
    }

    Requests budget(String perHour) {
        budget = Optional.of(new BigDecimal(perHour));
        return this;
    }

    Requests policy(HardwarePolicy hardware) {
        policy = hardware;
        return this;
    }

    Requests maxDelayMillis(long millis) {
        batching = new Batching(batching.maxBatchSize(), Optional.of(Duration.ofMillis(millis)));
        return this;
    }

    Requests replicas(int min, int max) {
        replicas = new Replicas(min, max);
        return this;
    }

    Requests fixed(double perReplica) {
        fixed = Optional.of(perReplica);
        return this;
    }

    PlanRequest build() {
        List<Variant> all = variants.isEmpty()
                ? List.of(new Variant("fp32", "fp32", Optional.empty(), Optional.empty()))
                : variants;
        return new PlanRequest(slo, rate, all, offers, profiles, quality, budget, policy, batching, replicas, fixed);
    }
}
