package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * What is asked for.
 *
 * @param quality null: the reference variant alone may answer
 * @param budget null: no cap
 * @param workload null: a first plan for one replica
 * @param hardware never null
 * @param batching never null
 * @param scaling never null
 * @param rollout never null
 * @param serviceAccountName null: the namespace's default
 * @param pod never null
 */
@ValidationRule(
        value = "!has(self.quality) || self.model.variants.all(v, has(v.quality))",
        message = "quality: set, but a variant has none (expected: quality on every variant)",
        fieldPath = ".quality")
@ValidationRule(
        value = "!has(self.quality) || !self.quality.target.matches('^[0-9.]+%$') || "
                + "self.model.variants.exists(v, has(v.quality) && "
                + "v.quality.value.matches('^[0-9.]+%$') && double(v.quality.value.replace('%', '')) "
                + ">= double(self.quality.target.replace('%', '')))",
        message = "quality.target: above the quality of every variant (expected: at most that of the " + "best)",
        fieldPath = ".quality.target")
@ValidationRule(
        value = "!has(self.batching.maxDelay) || !self.batching.maxDelay.matches('^[0-9.]+[umsh]+$') "
                + "|| !self.slo.latency.p99.matches('^[0-9.]+[umsh]+$') || "
                + "duration(self.batching.maxDelay) < duration(self.slo.latency.p99)",
        message = "batching.maxDelay: not below slo.latency.p99 (expected: less than the latency it is " + "a part of)",
        fieldPath = ".batching.maxDelay")
public record InferenceDeploymentSpec(
        @Field(value = "What is served.", required = true) Model model,

        @Field(value = "The objective, measured at the gateway; a refusal is a violation.", required = true)
        Slo slo,

        @Field("How good answers must be. Left out: only the reference variant answers.")
        Quality quality,

        @Field("What it may cost. Left out: no cap.") Budget budget,

        @Field("What load to expect, a hint for the first plan; what is measured replaces it.")
        Workload workload,

        @Field(value = "Which hardware may be used.", defaultValue = "{}")
        Hardware hardware,

        @Field(value = "How requests are put together.", defaultValue = "{}")
        Batching batching,

        @Field(value = "How many replicas, and how fast their number may change.", defaultValue = "{}")
        Scaling scaling,

        @Field(value = "How a new revision takes over from the one that serves.", defaultValue = "{}")
        Rollout rollout,

        @Field(
                value = "Service account of the pods, which must exist. Left out: the namespace's default.",
                format = Format.OBJECT_NAME)
        String serviceAccountName,

        @Field("Additions to the pods; a closed subset of a pod template.")
        PodTemplate pod)
        implements ApiPart {

    public InferenceDeploymentSpec {
        hardware = Defaults.of(hardware, new Hardware(null, null));
        batching = Defaults.of(batching, new Batching(null, null));
        scaling = Defaults.of(scaling, Scaling.byDefault());
        rollout = Defaults.of(rollout, Rollout.byDefault());
        pod = Defaults.of(pod, PodTemplate.empty());
    }

    /** May fall from target to floor for a share of requests, in bursts. */
    @ValidationRule(
            value = "!has(self.floor) || !self.floor.matches('^[0-9.]+%$') || "
                    + "!self.target.matches('^[0-9.]+%$') || double(self.floor.replace('%', '')) <= "
                    + "double(self.target.replace('%', ''))",
            message = "floor: above target (expected: at most target)",
            fieldPath = ".floor")
    public record Quality(
            @Field(
                    value = "Quality that answers have, on the variants' metric.",
                    required = true,
                    format = Format.PERCENTAGE)
            String target,

            @Field(value = "Quality below which no answer may fall. Left out: the target.", format = Format.PERCENTAGE)
            String floor,

            @Field(
                    value = "Largest share of requests that may be answered below the target.",
                    defaultValue = "0%",
                    format = Format.PERCENTAGE)
            String maxDegradedShare)
            implements ApiPart {

        public Quality {
            maxDegradedShare = Defaults.of(maxDegradedShare, "0%");
        }
    }

    /** A hard cap. */
    @ValidationRule(
            value = "!self.maxCostPerHour.matches('^[0-9.]+$') || double(self.maxCostPerHour) > 0.0",
            message = "maxCostPerHour: 0 (expected: more than 0; leave budget out for no cap)",
            fieldPath = ".maxCostPerHour")
    public record Budget(
            @Field(
                    value = "Most that all replicas together may cost in an hour, in the currency of the classes. When"
                            + " it binds, the status says what it costs the objective.",
                    required = true,
                    format = Format.MONEY)
            String maxCostPerHour)
            implements ApiPart {}

    /** A hint. */
    public record Workload(
            @Field(value = "Requests a second at the busiest.", required = true, min = 1, max = 1_000_000)
            Integer requestsPerSecond)
            implements ApiPart {}

    /** @param acceleratorClasses none: every class that can run a variant */
    public record Hardware(
            @Field(
                    value = "Which configuration is taken among those that meet the objective. Cheapest: lowest cost."
                            + " BestFit: least idle capacity. MostCapable: lowest latency. FirstAvailable: the first"
                            + " class listed that has room.",
                    defaultValue = "Cheapest",
                    oneOf = {"Cheapest", "BestFit", "MostCapable", "FirstAvailable"})
            String policy,

            @Field(
                    value = "Accelerator classes that may be used, in order of preference. Left out: every class that"
                            + " can run a variant.",
                    set = true,
                    max = 16,
                    format = Format.OBJECT_NAME)
            List<String> acceleratorClasses)
            implements ApiPart {

        public Hardware {
            policy = Defaults.of(policy, "Cheapest");
            acceleratorClasses = Defaults.of(acceleratorClasses);
        }
    }

    /** @param maxDelay null: derived from the SLO */
    public record Batching(
            @Field(value = "Most requests in a batch.", defaultValue = "32", min = 1, max = 1024)
            Integer maxBatchSize,

            @Field(
                    value = "How long a batch may wait for company, from the arrival of its first request. Left out:"
                            + " derived from the objective.",
                    format = Format.DURATION)
            String maxDelay)
            implements ApiPart {

        public Batching {
            maxBatchSize = Defaults.of(maxBatchSize, 32);
        }
    }
}
