package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.Format;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ModelProfileSpec;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.Labels;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.ProfileReport;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.Map;

/** From what a profiling run said to the evidence that is kept. */
public final class ProfileReports {

    private ProfileReports() {}

    /**
     * The profile that a finished run proves, whoever asked for it.
     *
     * @throws IllegalArgumentException if the report is not one; the message says what is wrong with it
     */
    public static ModelProfile profile(String namespace, ProfileRun run, ProfileRun.Succeeded result) {
        ProfileReport report = Json.read(result.report(), ProfileReport.class);
        Format.DIGEST.check("report.digest", report.digest());
        if (!report.provider().equals(run.provider())) {
            throw new IllegalArgumentException("report.provider: " + report.provider() + " (expected: " + run.provider()
                    + "; does the class's runtime image have it?)");
        }
        if (report.serviceTime().isEmpty()) {
            throw new IllegalArgumentException("report.serviceTime: none (expected: at least one batch size)");
        }
        ProfileSetup ran = run.setup();
        ModelProfile profile = new ModelProfile();
        profile.setMetadata(new ObjectMetaBuilder()
                .withName(Hashes.of(report.digest() + report.provider() + run.source() + ran.hash()) + "-"
                        + run.acceleratorClass())
                .withNamespace(namespace)
                .withLabels(Map.of(Labels.PART_OF, "kilter", Labels.SOURCE, run.source()))
                .build());
        profile.setSpec(new ModelProfileSpec(
                report.digest(),
                run.acceleratorClass(),
                report.provider(),
                result.image().isEmpty() ? ran.image() : result.image(),
                ran.image(),
                null,
                ran.resources(),
                ran.instances(),
                ran.threads(),
                report.serviceTime().stream()
                        .map(point -> new ModelProfileSpec.BatchTime(
                                point.batchSize(),
                                time(point.meanMillis()),
                                time(point.p99Millis()),
                                Math.clamp(point.samples(), 1, 100_000_000)))
                        .toList(),
                report.memoryBytes() > 0 ? new Quantity(Math.ceilDiv(report.memoryBytes(), 1L << 20) + "Mi") : null,
                time(report.readyAfterSeconds() * 1000)));
        return profile;
    }

    private static String time(double millis) {
        return DurationText.of(Duration.ofNanos(Math.max(1000, Math.round(millis * 1e6))));
    }
}
