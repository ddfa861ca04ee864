package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.apply.Cache;
import dev.kilter.operator.status.StatusPace;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Writes the status when it is worth it, and the Events that go with it. */
final class StatusWriter {

    private final Applier applier;
    private final EventRecorder events;
    private final Map<String, Instant> lastWrites = new ConcurrentHashMap<>();

    StatusWriter(Applier applier, EventRecorder events) {
        this.applier = applier;
        this.events = events;
    }

    /** @param wakeAfter when the next reconcile is due, whatever becomes of the status */
    UpdateControl<InferenceDeployment> write(
            InferenceDeployment deployment,
            InferenceDeploymentStatus all,
            Instant now,
            Optional<Duration> wakeAfter,
            Cache<InferenceDeployment> cache) {
        InferenceDeploymentStatus told = applier.declared(deployment, all, InferenceDeploymentStatus.class);
        String uid = deployment.getMetadata().getUid();
        StatusPace pace = StatusPace.of(deployment.getStatus(), told, Optional.ofNullable(lastWrites.get(uid)), now);
        return switch (pace) {
            case StatusPace.Same ignored -> schedule(UpdateControl.noUpdate(), wakeAfter);
            case StatusPace.Later(Duration in) ->
                schedule(
                        UpdateControl.noUpdate(),
                        Stream.concat(wakeAfter.stream(), Stream.of(in)).min(Duration::compareTo));
            case StatusPace.Write ignored -> {
                applier.writeStatus(deployment, new InferenceDeployment(), told, cache);
                lastWrites.put(uid, now);
                events.record(deployment, deployment.getStatus(), told, now);
                yield schedule(UpdateControl.noUpdate(), wakeAfter);
            }
        };
    }

    /** Forgets one that was deleted. */
    void forget(InferenceDeployment deployment) {
        lastWrites.remove(deployment.getMetadata().getUid());
    }

    private static UpdateControl<InferenceDeployment> schedule(
            UpdateControl<InferenceDeployment> control, Optional<Duration> wakeAfter) {
        return wakeAfter.map(control::rescheduleAfter).orElse(control);
    }
}
