package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.Condition;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.operator.apply.WriteCounter;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kubernetes Events for what changed in a status: {@code kubectl describe} shows them. */
public final class EventRecorder {

    private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);

    /** Conditions whose transitions people want to see. */
    private static final List<String> TOLD =
            List.of("Ready", "TrafficAvailable", "Planned", "Placed", "Profiled", "SLOMet", "Reconciling", "Stalled");

    /** Conditions that are bad when they are True. */
    private static final Set<String> ABNORMAL = Set.of("Stalled", "Reconciling");

    private final KubernetesClient client;
    private final WriteCounter writes;

    public EventRecorder(KubernetesClient client, WriteCounter writes) {
        this.client = client;
        this.writes = writes;
    }

    /** Records each transition; an Event that cannot be written is only logged. */
    void record(
            InferenceDeployment about, InferenceDeploymentStatus before, InferenceDeploymentStatus after, Instant now) {
        List<Condition> old = before == null ? List.of() : before.conditions();
        List<Condition> news = TOLD.stream()
                .flatMap(type -> Conditions.find(after.conditions(), type).stream())
                .filter(is -> isNews(Conditions.find(old, is.type()), is))
                .toList();
        boolean becomesReady = Conditions.isTrue(news, "Ready");
        news.stream()
                // Pods that serve answer requests: that needs no second Event.
                .filter(is -> !(becomesReady && is.type().equals("TrafficAvailable")))
                .forEach(is -> write(event(about, is, now)));
    }

    /** At first sight only what is wrong is news, and later also that it is wrong for another reason. */
    private static boolean isNews(Optional<Condition> was, Condition is) {
        boolean wrong = ABNORMAL.contains(is.type()) && is.status().equals("True");
        boolean otherReason =
                was.filter(before -> before.reason().equals(is.reason())).isEmpty();
        if (is.type().equals("Reconciling")) {
            // That pods move is in Ready already.
            return wrong && otherReason && !is.reason().equals("RollingOut");
        }
        return was.isEmpty() ? wrong : !was.get().status().equals(is.status()) || (wrong && otherReason);
    }

    private static Event event(InferenceDeployment about, Condition is, Instant now) {
        boolean good = ABNORMAL.contains(is.type()) != is.status().equals("True");
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        String name = about.getMetadata().getName();
        return new EventBuilder()
                .withNewMetadata()
                .withName(name + "." + Hashes.of(is.toString() + now))
                .withNamespace(about.getMetadata().getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(name)
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(about.getMetadata().getUid())
                .endInvolvedObject()
                .withType(good || is.status().equals("Unknown") ? "Normal" : "Warning")
                .withReason(is.reason())
                .withMessage(is.type() + " is " + is.status() + ": " + is.message())
                .withNewSource(Labels.OPERATOR, null)
                .withReportingComponent(Labels.OPERATOR)
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .build();
    }

    private void write(Event event) {
        try {
            client.resource(event).create();
            writes.wrote(event.getKind(), "create");
        } catch (KubernetesClientException e) {
            log.warn("Event {} was not written: {}", event.getMetadata().getName(), e.getMessage());
        }
    }
}
