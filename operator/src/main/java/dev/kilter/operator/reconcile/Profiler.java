package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.operator.apply.Applied;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.ProfileJobs;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.observe.Observation;
import dev.kilter.operator.observe.ProfileRuns;
import dev.kilter.operator.plan.ProfileReports;
import dev.kilter.operator.plan.ProfileRun;
import dev.kilter.operator.plan.Profiling;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what profiling Jobs found, and starts the next one. */
final class Profiler {

    private static final Logger log = LoggerFactory.getLogger(Profiler.class);

    /** How soon to try again to make a Job that the API server refuses. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final DeploymentSources sources;
    private final Applier applier;
    private final Settings settings;

    Profiler(DeploymentSources sources, Applier applier, Settings settings) {
        this.sources = sources;
        this.applier = applier;
        this.settings = settings;
    }

    /**
     * Turns the reports of finished Jobs into ModelProfiles, whoever started them; its own go once their profiles are
     * seen, or they would be started again in between.
     *
     * @return the runs as they are then: a report that is of no use counts as a failure
     */
    List<ProfileRun> keepReports(Observation seen) {
        return seen.profileRuns().stream()
                .map(run -> run.state() instanceof ProfileRun.Succeeded succeeded ? keep(seen, run, succeeded) : run)
                .toList();
    }

    private ProfileRun keep(Observation seen, ProfileRun run, ProfileRun.Succeeded succeeded) {
        try {
            ModelProfile proved = ProfileReports.profile(seen.namespace(), run, succeeded);
            String name = proved.getMetadata().getName();
            boolean known = seen.profiles().stream()
                    .anyMatch(profile -> profile.getMetadata().getName().equals(name));
            if (known && run.isOwnedBy(seen.deployment())) {
                applier.delete(Job.class, seen.namespace(), run.job());
            } else if (!known
                    && applier.createOnce(proved, sources.profiles)
                            instanceof Applied.Refused(String object, String message)) {
                return run.with(new ProfileRun.Failed("Refused", object + ": " + message, succeeded.at(), true));
            }
            return run;
        } catch (IllegalArgumentException e) {
            log.warn("report of Job {}/{}: {}", seen.namespace(), run.job(), e.getMessage());
            return run.with(new ProfileRun.Failed("ReportUnusable", e.getMessage(), succeeded.at(), false));
        }
    }

    /**
     * Starts what is to be measured next; the failed attempts before it go.
     *
     * @return the decision, with what the API server says if it refuses the Job
     */
    Profiling start(Observation seen, Profiling profiling) {
        if (profiling.start().isEmpty()) {
            return profiling;
        }
        Profiling.Start start = profiling.start().get();
        Job job = ProfileJobs.job(
                seen.name(),
                seen.namespace(),
                Owner.of(seen.deployment()),
                start.configuration(),
                start.attempt(),
                settings);
        ProfileRun made = ProfileRuns.of(job, List.of(), seen.at());
        if (applier.createOnce(job, sources.jobs) instanceof Applied.Refused(String object, String message)) {
            return profiling.refused(
                    made.with(new ProfileRun.Failed("Refused", object + ": " + message, seen.at(), true)), LOOK_AGAIN);
        }
        String measurement = ProfileJobs.measurement(start.configuration(), settings.runtimeImage());
        seen.profileRuns().stream()
                .filter(run -> run.state() instanceof ProfileRun.Failed)
                .filter(run -> !run.job().equals(made.job()))
                .filter(run -> run.isOf(measurement) || isReplaced(run, made))
                .forEach(run -> applier.delete(Job.class, seen.namespace(), run.job()));
        return profiling;
    }

    /** The same of its owner, in a way that is not asked for any more. */
    private static boolean isReplaced(ProfileRun run, ProfileRun by) {
        return run.owner().equals(by.owner())
                && run.acceleratorClass().equals(by.acceleratorClass())
                && run.source().equals(by.source());
    }
}
