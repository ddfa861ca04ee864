package dev.kilter.cli.local;

import dev.kilter.api.v1alpha1.DurationText;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ModelProfileSpec;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.ProfileJobs;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.observe.ProfileRuns;
import dev.kilter.operator.plan.PlanInputs;
import dev.kilter.operator.plan.ProfileRun;
import dev.kilter.operator.plan.ProfileSetup;
import dev.kilter.operator.plan.Profiling;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.ProfileReport;
import dev.kilter.protocol.RuntimeLoad;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures variants on this machine as a cluster's profiling Jobs would, one at a time, and keeps what was found for
 * the next start. For one caller at a time, but for {@link #close()}.
 */
final class LocalEvidence implements AutoCloseable {

    private final InferenceDeployment deployment;
    private final LocalMachine machine;
    private final Settings settings;
    private final ProfileStore store;
    private final JobProcess jobs;
    private final Notices notices;
    private final List<ProfileRun> runs = new ArrayList<>();
    private final List<ModelProfile> known;

    LocalEvidence(
            InferenceDeployment deployment,
            LocalMachine machine,
            Settings settings,
            ProfileStore store,
            JobProcess jobs,
            Notices notices) {
        this.deployment = deployment;
        this.machine = machine;
        this.settings = settings;
        this.store = store;
        this.jobs = jobs;
        this.notices = notices;
        this.known = new ArrayList<>(store.of(deployment, machine));
    }

    /** What was measured, now or earlier. */
    List<ModelProfile> known() {
        return List.copyOf(known);
    }

    /**
     * Measures what is worth knowing and is not known, if anything is.
     *
     * @return whether there is new evidence
     */
    boolean measureNext(PlanInputs inputs, Plan plan, Instant now) throws InterruptedException {
        Optional<Profiling.Start> start =
                Profiling.decide(inputs, plan, true, runs, now).start();
        return start.isPresent() && measure(start.get(), now);
    }

    private boolean measure(Profiling.Start start, Instant now) throws InterruptedException {
        Job job = ProfileJobs.job(
                deployment.getMetadata().getName(),
                DeploymentFile.NAMESPACE,
                Owner.of(deployment),
                start.configuration(),
                start.attempt(),
                settings);
        String variant = start.variant().name();
        notices.add(
                "profile",
                "measuring " + variant + " on " + LocalMachine.CLASS + ", at most "
                        + settings.profileBudget().toSeconds() + " s; kept for the next start");
        ProfileRun run = ProfileRuns.of(job, List.of(), now).with(run(job, now));
        runs.add(run);
        switch (run.state()) {
            case ProfileRun.Succeeded succeeded -> {
                keep(start, run.setup(), Json.read(succeeded.report(), ProfileReport.class), now);
                return true;
            }
            case ProfileRun.Failed failed -> notices.add("profile", variant + ": " + failed.message());
            case ProfileRun.Running running -> throw new IllegalStateException("still running: " + running);
        }
        return false;
    }

    private ProfileRun.State run(Job job, Instant now) throws InterruptedException {
        Duration patience = Duration.ofSeconds(job.getSpec().getActiveDeadlineSeconds());
        try {
            return jobs.run(job, patience)
                    .<ProfileRun.State>map(report -> new ProfileRun.Succeeded(report, RuntimeCommand.IMAGE, now))
                    .orElseGet(() -> new ProfileRun.Failed(
                            "NoReport", "the profile run gave no report, see " + jobs.log(job), now, true));
        } catch (IOException e) {
            return new ProfileRun.Failed("NotStarted", String.valueOf(e.getMessage()), now, true);
        }
    }

    private void keep(Profiling.Start start, ProfileSetup setup, ProfileReport report, Instant now) {
        ModelProfile profile = profile(start, setup, report, now);
        known.add(profile);
        Path file = store.keep(profile);
        RuntimeLoad.CurvePoint single = report.serviceTime().getFirst();
        RuntimeLoad.CurvePoint largest = report.serviceTime().getLast();
        notices.add(
                "profile",
                String.format(
                        java.util.Locale.ROOT,
                        "%s on %s: a batch of %d takes %.1f ms, of %d %.1f ms; kept in %s",
                        start.variant().name(),
                        LocalMachine.CLASS,
                        single.batchSize(),
                        single.meanMillis(),
                        largest.batchSize(),
                        largest.meanMillis(),
                        file));
    }

    private ModelProfile profile(Profiling.Start start, ProfileSetup setup, ProfileReport report, Instant now) {
        ModelProfile profile = new ModelProfile();
        String source = Hashes.of(start.variant().uri());
        profile.setMetadata(new ObjectMetaBuilder()
                .withName(source + "-" + LocalMachine.CLASS)
                .withLabels(Map.of(Labels.SOURCE, source))
                .withCreationTimestamp(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build());
        profile.setSpec(new ModelProfileSpec(
                report.digest(),
                LocalMachine.CLASS,
                report.provider(),
                setup.image(),
                setup.image(),
                machine.product(),
                setup.resources(),
                setup.instances(),
                setup.threads(),
                report.serviceTime().stream()
                        .map(point -> new ModelProfileSpec.BatchTime(
                                point.batchSize(), millis(point.meanMillis()), millis(point.p99Millis()), (int)
                                        point.samples()))
                        .toList(),
                new Quantity(Long.toString(report.memoryBytes())),
                DurationText.of(Duration.ofMillis((long) (report.readyAfterSeconds() * 1e3)))));
        return profile;
    }

    private static String millis(double millis) {
        return DurationText.of(Duration.ofNanos((long) (millis * 1e6)));
    }

    @Override
    public void close() {
        jobs.close();
    }
}
