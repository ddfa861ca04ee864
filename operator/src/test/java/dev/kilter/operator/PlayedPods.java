package dev.kilter.operator;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pods of all Deployments, as their controller would tell of them: they exist at once, and take time to be ready.
 */
final class PlayedPods implements AutoCloseable {

    private final KubernetesClient client;
    private final Duration start;
    private final Map<String, Instant> made = new HashMap<>();
    private final Set<String> ready = new HashSet<>();
    private final Thread player = new Thread(this::play, "played pods");
    private volatile boolean closing;

    private PlayedPods(KubernetesClient client, Duration start) {
        this.client = client;
        this.start = start;
    }

    /** @param start how long a pod takes to be ready */
    static PlayedPods starting(KubernetesClient client, Duration start) {
        PlayedPods pods = new PlayedPods(client, start);
        pods.player.start();
        return pods;
    }

    private void play() {
        while (!closing) {
            for (Deployment found : oldestFirst()) {
                String uid = found.getMetadata().getUid();
                Instant now = Instant.now();
                if (!made.containsKey(uid) && (start.isZero() || tell(found, 0))) {
                    made.put(uid, now);
                }
                if (made.containsKey(uid)
                        && !now.isBefore(made.get(uid).plus(start))
                        && !ready.contains(uid)
                        && tell(found, found.getSpec().getReplicas())) {
                    ready.add(uid);
                }
            }
            World.pause(200);
        }
    }

    private List<Deployment> oldestFirst() {
        return client.apps().deployments().inAnyNamespace().list().getItems().stream()
                .sorted(Comparator.comparing(found -> found.getMetadata().getCreationTimestamp()))
                .toList();
    }

    private boolean tell(Deployment found, int serving) {
        ObjectMeta of = found.getMetadata();
        return World.tell(client, of.getNamespace(), of.getName(), serving);
    }

    @Override
    public void close() {
        closing = true;
        try {
            player.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
