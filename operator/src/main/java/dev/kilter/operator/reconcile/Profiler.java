package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.ProfileJobs;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.plan.ProfileReports;
import dev.kilter.operator.plan.ProfileRun;
import dev.kilter.operator.plan.Profiling;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what profiling Jobs found, and starts the next one. */
final class Profiler {

    private static final Logger log = LoggerFactory.getLogger(Profiler.class);

    private final DeploymentSources sources;
    private final Applier applier;
    private final Settings settings;

    Profiler(DeploymentSources sources, Applier applier, Settings settings) {
        this.sources = sources;
        this.applier = applier;
        this.settings = settings;
    }

    /**
     * Turns the reports of finished Jobs into ModelProfiles; a Job goes once its profile is seen, or it would be
     * started again in between.
     *
     * @return the runs as they are then: a report that is of no use counts as a failure
     */
    List<ProfileRun> keepReports(Observation seen, Instant now) {
        return seen.profileRuns().stream()
                .map(run ->
                        run.state() instanceof ProfileRun.Succeeded succeeded ? keep(seen, run, succeeded, now) : run)
                .toList();
    }

    private ProfileRun keep(Observation seen, ProfileRun run, ProfileRun.Succeeded succeeded, Instant now) {
        try {
            Optional<ModelProfile> proved = ProfileReports.profile(seen.planInputs(), run, succeeded, settings);
            boolean known = seen.profiles().stream()
                    .map(profile -> profile.getMetadata().getName())
                    .anyMatch(name -> proved.filter(
                                    profile -> profile.getMetadata().getName().equals(name))
                            .isPresent());
            if (known || proved.isEmpty()) {
                applier.delete(Job.class, seen.namespace(), run.job());
            } else {
                applier.createOnce(proved.get(), sources.profiles);
            }
            return run;
        } catch (IllegalArgumentException e) {
            log.warn("report of Job {}/{}: {}", seen.namespace(), run.job(), e.getMessage());
            return new ProfileRun(
                    run.job(),
                    run.acceleratorClass(),
                    run.source(),
                    run.attempt(),
                    new ProfileRun.Failed("ReportUnusable", e.getMessage(), now));
        }
    }

    /** Starts what is to be measured next; the failed attempts before it go. */
    void start(Observation seen, Profiling profiling) {
        profiling.start().ifPresent(start -> {
            Job job = ProfileJobs.job(
                    seen.name(),
                    seen.namespace(),
                    Owner.of(seen.deployment()),
                    start.configuration(),
                    start.attempt(),
                    settings);
            applier.createOnce(job, sources.jobs);
            seen.profileRuns().stream()
                    .filter(run -> run.state() instanceof ProfileRun.Failed)
                    .filter(run -> run.attempt() < start.attempt())
                    .filter(run ->
                            run.acceleratorClass().equals(start.configuration().acceleratorClass()))
                    .filter(run -> run.source().equals(Hashes.of(start.variant().uri())))
                    .forEach(run -> applier.delete(Job.class, seen.namespace(), run.job()));
        });
    }
}
