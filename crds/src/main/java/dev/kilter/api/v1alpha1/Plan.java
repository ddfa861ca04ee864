package dev.kilter.api.v1alpha1;

import java.util.List;

/**
 * The configurations chosen for a workload under an SLO, and the best rejected ones.
 *
 * @param plannedAt RFC 3339
 * @param observedGeneration of the specification that it was made for; null: not known
 * @param requestsPerSecond that it was made for, decimal
 */
public record Plan(
        @Field(value = "When the plan was made.", format = Format.TIME)
        String plannedAt,

        @Field(value = "The metadata.generation that it was made for.")
        Long observedGeneration,

        @Field(value = "Requests a second that it was made for.", format = Format.DECIMAL)
        String requestsPerSecond,

        @Field(value = "Why it replaced the plan before.", format = Format.MESSAGE)
        String reason,

        @Field(value = "What was chosen.", max = 16, listKeys = "name")
        List<Pool> pools,

        @Field(value = "The best rejected configuration for each binding constraint.", max = 10)
        List<Rejected> rejected)
        implements ApiPart {

    public Plan {
        pools = Defaults.of(pools);
        rejected = Defaults.of(rejected);
    }

    /**
     * A chosen configuration.
     *
     * @param name of its ServingPool
     * @param variants resident ones
     * @param capacityPerReplica requests a second under the SLO, decimal; null: unmeasured
     * @param expectedP99 null: unmeasured
     * @param costPerHour of all its replicas; null: unknown
     * @param evidence {@code measured}, {@code unmeasured} or {@code fixedTarget}
     * @param shortfall null: it runs as planned
     */
    public record Pool(
            @Field(value = "Name of the ServingPool.", required = true, format = Format.OBJECT_NAME)
            String name,

            @Field(value = "Accelerator class that it runs on.", required = true, format = Format.OBJECT_NAME)
            String acceleratorClass,

            @Field(value = "Variants that are loaded.", max = 8, format = Format.NAME)
            List<String> variants,

            @Field(value = "Variant that answers by default.", format = Format.NAME)
            String activeVariant,

            @Field(value = "Largest batch.", min = 1, max = 1024)
            Integer maxBatchSize,

            @Field(value = "Replicas that the plan needs.", max = 1000)
            Integer replicas,

            @Field(
                    value = "Requests a second that one replica carries under the objective; left out: unmeasured.",
                    format = Format.DECIMAL)
            String capacityPerReplica,

            @Field(value = "99th percentile that the plan expects; left out: unmeasured.", format = Format.DURATION)
            String expectedP99,

            @Field(value = "Cost of its replicas in an hour.", format = Format.MONEY)
            String costPerHour,

            @Field(value = "What the plan rests on: measured, unmeasured or fixedTarget.", format = Format.WORD)
            String evidence,

            @Field(value = "Why it was chosen.", format = Format.MESSAGE)
            String reason,

            @Field(
                    value = "What keeps it from running as planned, such as a class without room. Left out: nothing.",
                    format = Format.MESSAGE)
            String shortfall)
            implements ApiPart {

        public Pool {
            variants = Defaults.of(variants);
        }
    }

    /** What was not chosen. */
    public record Rejected(
            @Field(value = "Variants and class.", required = true, format = Format.MESSAGE)
            String configuration,

            @Field(value = "The constraint that it fails.", required = true, format = Format.MESSAGE)
            String reason)
            implements ApiPart {}
}
