package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What was measured, and what ran: a plan counts it as evidence for the same setup alone. Immutable.
 *
 * @param runtimeImage digest of the image, or its reference where no digest was known
 * @param requestedImage null: the same as {@code runtimeImage}
 * @param resources of the replica that measured; none: not told, and so for any
 * @param threads null: not told, and so for any
 */
public record ModelProfileSpec(
        @Field(value = "SHA-256 of the model file.", required = true, format = Format.DIGEST)
        String modelDigest,

        @Field(value = "Accelerator class that it was measured on.", required = true, format = Format.OBJECT_NAME)
        String acceleratorClass,

        @Field(
                value = "Execution provider that ran it; Emulated: nothing was measured on hardware.",
                required = true,
                format = Format.WORD)
        String provider,

        @Field(value = "Image of the serving runtime, by digest where known.", required = true, format = Format.IMAGE)
        String runtimeImage,

        @Field(
                value = "The same image as the Job asked for it, such as by tag; a plan counts the profile for this"
                        + " image alone. Left out: runtimeImage.",
                format = Format.IMAGE)
        String requestedImage,

        @Field(value = "Product of the node's accelerator or CPU.", format = Format.TEXT)
        String nodeProduct,

        @Field(
                value = "Resources of the replica that measured: its limits, or its requests where it had none. A plan"
                        + " counts the profile for these alone. Left out: for any.",
                max = 16,
                format = Format.KEY)
        Map<String, Quantity> resources,

        @Field(
                value = "Engine instances that ran at a time. A plan counts the curve of one; it multiplies itself.",
                defaultValue = "1",
                min = 1,
                max = 64)
        Integer instances,

        @Field(
                value =
                        "Threads of each engine instance. A plan counts the profile for as many alone. Left out: for any.",
                min = 1,
                max = 512)
        Integer threads,

        @Field(
                value = "The service curve: time of a batch against its size.",
                required = true,
                minItems = 1,
                max = 32,
                listKeys = "batchSize")
        List<BatchTime> serviceTime,

        @Field("Peak memory of the process with the model loaded, such as 1.2Gi.")
        Quantity memory,

        @Field(value = "From the start of the process to readiness, without download.", format = Format.DURATION)
        String readyAfter)
        implements ApiPart {

    public ModelProfileSpec {
        resources = Defaults.of(resources);
        instances = Defaults.of(instances, 1);
        serviceTime = Defaults.of(serviceTime);
    }

    /** One point of the curve. */
    @ValidationRule(
            value = "!self.p99.matches('^[0-9.]+[umsh]+$') || !self.mean.matches('^[0-9.]+[umsh]+$') || "
                    + "duration(self.p99) >= duration(self.mean)",
            message = "p99: below mean (expected: at least mean)",
            fieldPath = ".p99")
    public record BatchTime(
            @Field(value = "Requests in the batch.", required = true, min = 1, max = 1024)
            Integer batchSize,

            @Field(value = "Mean time of the batch.", required = true, format = Format.DURATION)
            String mean,

            @Field(value = "99th percentile of the batch's time.", required = true, format = Format.DURATION)
            String p99,

            @Field(value = "Batches that were measured.", required = true, min = 1, max = 100_000_000)
            Integer samples)
            implements ApiPart {}
}
