package dev.kilter.cli.local;

import dev.kilter.gateway.local.InMemoryEndpoints;
import dev.kilter.gateway.routing.PodAddress;
import dev.kilter.gateway.routing.PoolEndpoints;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What kubelets, ReplicaSets and EndpointSlices are in a cluster: keeps each Deployment's processes, and tells the
 * gateway which of them are ready.
 */
final class LocalPools implements PodObserver {

    private final PodCommand command;
    private final Map<String, String> environment;
    private final StateFolder state;
    private final InMemoryEndpoints endpoints;
    private final Notices notices;
    private final Map<String, LocalPool> pools = new LinkedHashMap<>();

    /** By pool, as the gateway was told last. */
    private final Map<String, Integer> readyAtGateway = new ConcurrentHashMap<>();

    LocalPools(
            PodCommand command,
            Map<String, String> environment,
            StateFolder state,
            InMemoryEndpoints endpoints,
            Notices notices) {
        this.command = command;
        this.environment = environment;
        this.state = state;
        this.endpoints = endpoints;
        this.notices = notices;
    }

    /** Runs the Deployment with as many replicas as it says. Its template never changes: its name has a hash of it. */
    void apply(Deployment deployment) {
        String name = deployment.getMetadata().getName();
        LocalPool pool;
        synchronized (this) {
            pool = pools.computeIfAbsent(
                    name,
                    absent -> new LocalPool(
                            PodTemplate.of(deployment), command, environment, state.logs(), state.run(), this));
        }
        pool.scale(deployment.getSpec().getReplicas());
    }

    /** Ends the Deployment's processes as its template says. */
    void delete(String name) {
        find(name).ifPresent(pool -> pool.scale(0));
    }

    synchronized Optional<LocalPool> find(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    synchronized Collection<LocalPool> all() {
        return List.copyOf(pools.values());
    }

    List<LocalPod> pods() {
        return all().stream().flatMap(pool -> pool.pods().stream()).toList();
    }

    /** To how many pods the gateway sends: it is told of a pod only after the pod became ready. */
    int sentTo() {
        return all().stream()
                .mapToInt(pool -> readyAtGateway.getOrDefault(pool.name(), 0))
                .sum();
    }

    /** Ends everything; the gateway no longer sends. */
    CompletableFuture<Void> stop() {
        return CompletableFuture.allOf(all().stream().map(LocalPool::stop).toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public void started(LocalPod pod, ProcessHandle process) {
        state.started(pod.name(), process);
    }

    @Override
    public void changed(LocalPod pod) {
        // One at a time, or an older state could overtake a newer one.
        synchronized (endpoints) {
            find(pod.pool()).ifPresent(pool -> {
                PoolEndpoints now = endpointsOf(pool);
                endpoints.set(pool.name(), now);
                readyAtGateway.put(pool.name(), now.ready().size());
            });
        }
    }

    @Override
    public void said(LocalPod pod, String sentence) {
        notices.add("pod", pod.name() + " " + sentence);
    }

    private static PoolEndpoints endpointsOf(LocalPool pool) {
        return new PoolEndpoints(addresses(pool, LocalPod.Phase.READY), addresses(pool, LocalPod.Phase.DRAINING));
    }

    private static List<PodAddress> addresses(LocalPool pool, LocalPod.Phase phase) {
        return pool.pods().stream()
                .filter(pod -> pod.phase() == phase)
                .map(pod -> new PodAddress("127.0.0.1", pod.port()))
                .toList();
    }
}
