package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.autoscaler.Decided;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.GpuFaults;
import dev.kilter.autoscaler.Holding;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingListener;
import dev.kilter.core.scaling.Decision;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells scalings as events of the InferenceDeployment, and once that counts are held or that a GPU is at fault. */
final class KubernetesEvents implements ScalingListener {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesEvents.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** The API's limit on a note. */
    private static final int MAX_NOTE = 1024;

    private final KubernetesClient client;
    private final ClusterCache cache;
    private final InstantSource clock;
    private final String identity;
    private final Holding holding = new Holding();
    private final GpuFaults gpuFaults = new GpuFaults();

    KubernetesEvents(KubernetesClient client, ClusterCache cache, InstantSource clock, String identity) {
        this.client = client;
        this.cache = cache;
        this.clock = clock;
        this.identity = identity;
    }

    @Override
    public void decided(Decided decided) {
        for (Decision.Pool pool : decided.decision().pools()) {
            if (decided.writes().get(pool.name()) instanceof ScaleWriter.Outcome.Written) {
                String reason = pool.to() > pool.from() ? "ScaledOut" : "ScaledIn";
                emit(
                        decided.key(),
                        "Normal",
                        reason,
                        "Scale",
                        "%s from %d to %d: %s".formatted(pool.name(), pool.from(), pool.to(), decided.reason(pool)));
            }
        }
        if (holding.observe(decided) == Holding.Change.BEGAN) {
            emit(
                    decided.key(),
                    "Warning",
                    "HoldingLastCount",
                    "Hold",
                    String.join("; ", decided.decision().reasons()));
        }
        List<String> faults = gpuFaults.observe(decided);
        if (!faults.isEmpty()) {
            emit(decided.key(), "Warning", "GpuFault", "Watch", String.join("; ", faults));
        }
    }

    private void emit(DeploymentKey key, String type, String reason, String action, String note) {
        cache.deployment(key.namespace(), key.name()).ifPresent(about -> {
            Event event = new EventBuilder()
                    .withNewMetadata()
                    .withNamespace(key.namespace())
                    .withGenerateName(key.name() + "-")
                    .endMetadata()
                    .withType(type)
                    .withReason(reason)
                    .withAction(action)
                    .withNote(note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE - 1) + "…" : note)
                    .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                    .withReportingController(ApiGroup.NAME + "/autoscaler")
                    .withReportingInstance(identity)
                    .withNewRegarding()
                    .withApiVersion(ApiGroup.NAME + "/" + ApiGroup.VERSION)
                    .withKind("InferenceDeployment")
                    .withNamespace(key.namespace())
                    .withName(key.name())
                    .withUid(about.getMetadata().getUid())
                    .endRegarding()
                    .build();
            try {
                client.resource(event).create();
            } catch (KubernetesClientException e) {
                // An event is a courtesy: what it tells stands in the log and in the demand summary too.
                LOG.warn("{}: event {} was not written: {}", key, reason, e.getMessage());
            }
        });
    }
}
