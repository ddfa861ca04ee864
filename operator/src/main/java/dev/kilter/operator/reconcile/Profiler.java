package dev.kilter.operator.reconcile;

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
import java.util.ArrayList;
import java.util.List;
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
     * Turns the reports of finished Jobs into ModelProfiles and clears those Jobs away.
     *
     * @return the runs as they are then: a report that cannot be read counts as a failure
     */
    List<ProfileRun> keepReports(Observation seen, Instant now) {
        List<ProfileRun> left = new ArrayList<>();
        for (ProfileRun run : seen.profileRuns()) {
            if (run.state() instanceof ProfileRun.Succeeded succeeded) {
                try {
                    ProfileReports.profile(seen.planInputs(), run, succeeded, settings)
                            .ifPresent(profile -> applier.createOnce(profile, sources.profiles));
                    applier.delete(Job.class, seen.namespace(), run.job());
                } catch (IllegalArgumentException e) {
                    log.warn("report of Job {}/{}: {}", seen.namespace(), run.job(), e.getMessage());
                    left.add(new ProfileRun(
                            run.job(),
                            run.acceleratorClass(),
                            run.source(),
                            run.attempt(),
                            new ProfileRun.Failed("ReportUnreadable", e.getMessage(), now)));
                }
            } else {
                left.add(run);
            }
        }
        return left;
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
