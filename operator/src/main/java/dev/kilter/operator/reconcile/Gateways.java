package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.apply.Applied;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.Routes;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.status.Findings.Blocked;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The gateway and the routes of each namespace, which all its InferenceDeployments share. One at a time writes, since
 * routes are made from what all reconciles decided; whoever asks meanwhile shares the next write with all who ask.
 */
final class Gateways {

    /** The shortest time between two writes for a namespace of whose changes nobody waits. */
    private static final Duration PACE = Duration.ofSeconds(10);

    private final DeploymentSources sources;
    private final Applier applier;
    private final Settings settings;
    private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();

    Gateways(DeploymentSources sources, Applier applier, Settings settings) {
        this.sources = sources;
        this.applier = applier;
        this.settings = settings;
    }

    /**
     * Routes to an InferenceDeployment's pools, and to no others of its own; returns when no gateway is told of those
     * any more.
     *
     * @return what stands in the way; empty: nothing
     */
    Optional<Blocked> route(InferenceDeployment deployment, List<ServingPool> pools, Instant now) {
        return namespaces
                .computeIfAbsent(deployment.getMetadata().getNamespace(), Namespace::new)
                .route(deployment.getMetadata().getName(), pools, now);
    }

    /**
     * Routes likewise, but later if the namespace was written just now: for pools of which none is ready yet.
     *
     * @return what stands in the way; empty: nothing
     */
    Optional<Blocked> routeInTime(InferenceDeployment deployment, List<ServingPool> pools, Instant now) {
        Namespace namespace =
                namespaces.computeIfAbsent(deployment.getMetadata().getNamespace(), Namespace::new);
        return namespace.postpones(deployment.getMetadata().getName(), pools, now)
                ? Optional.empty()
                : namespace.route(deployment.getMetadata().getName(), pools, now);
    }

    /** When to ask again for one whose routes were put off. */
    Optional<Duration> wakeAfter(InferenceDeployment deployment, Instant now) {
        return Optional.ofNullable(namespaces.get(deployment.getMetadata().getNamespace()))
                .flatMap(namespace ->
                        namespace.wakeAfter(deployment.getMetadata().getName(), now));
    }

    /** Forgets one that was deleted. */
    void forget(InferenceDeployment deployment) {
        // The namespace itself is kept: one that somebody writes for may not get a second lock.
        Optional.ofNullable(namespaces.get(deployment.getMetadata().getNamespace()))
                .ifPresent(
                        namespace -> namespace.forget(deployment.getMetadata().getName()));
    }

    private final class Namespace {

        private final String name;
        private final ReentrantLock writing = new ReentrantLock();
        /** By InferenceDeployment: its pools as it told last, which may be more than the watch has told yet. */
        private final Map<String, List<ServingPool>> told = new ConcurrentHashMap<>();

        private final Set<String> postponed = ConcurrentHashMap.newKeySet();
        private volatile Instant written = Instant.MIN;
        /** The write that has not begun yet. */
        private CompletableFuture<Optional<Blocked>> next;

        Namespace(String name) {
            this.name = name;
        }

        boolean postpones(String deployment, List<ServingPool> pools, Instant now) {
            if (written.isAfter(now.minus(PACE))) {
                told.put(deployment, List.copyOf(pools));
                postponed.add(deployment);
                return true;
            }
            return false;
        }

        Optional<Duration> wakeAfter(String deployment, Instant now) {
            return postponed.contains(deployment)
                    ? Optional.of(Duration.between(now.minus(PACE), written))
                    : Optional.empty();
        }

        Optional<Blocked> route(String deployment, List<ServingPool> pools, Instant now) {
            postponed.remove(deployment);
            CompletableFuture<Optional<Blocked>> write;
            boolean leads;
            synchronized (this) {
                told.put(deployment, List.copyOf(pools));
                leads = next == null;
                if (leads) {
                    next = new CompletableFuture<>();
                }
                write = next;
            }
            if (leads) {
                lead(write, now);
            }
            try {
                return write.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        /** Whoever asks until the write before is done still belongs to this one. */
        private void lead(CompletableFuture<Optional<Blocked>> write, Instant now) {
            writing.lock();
            try {
                synchronized (this) {
                    next = null;
                }
                write.complete(write(now));
            } catch (RuntimeException | Error e) {
                write.completeExceptionally(e);
            } finally {
                writing.unlock();
            }
        }

        private Optional<Blocked> write(Instant now) {
            List<InferenceDeployment> routed = sources.present(name);
            if (routed.isEmpty()) {
                // Deleted meanwhile; or so new that its arrival wakes this again.
                return Optional.empty();
            }
            List<Owner> owners = routed.stream().map(Owner::of).toList();
            for (HasMetadata object : GatewayObjects.shared(name, owners, Routes.of(routed, pools()), settings)) {
                Applied applied = apply(object);
                if (applied instanceof Applied.Written) {
                    written = now;
                }
                Optional<Blocked> blocked = Realizer.blocked(applied);
                if (blocked.isPresent()) {
                    return blocked;
                }
            }
            return Optional.empty();
        }

        private List<ServingPool> pools() {
            Map<String, List<ServingPool>> known = Map.copyOf(told);
            return Stream.concat(
                            known.values().stream().flatMap(List::stream).filter(this::exists),
                            sources.pools.in(name).stream()
                                    .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null)
                                    .filter(pool -> !known.containsKey(pool.getSpec()
                                            .inferenceDeploymentRef()
                                            .name())))
                    .toList();
        }

        private boolean exists(ServingPool pool) {
            return sources.pools.get(name, pool.getMetadata().getName()).isPresent();
        }

        void forget(String deployment) {
            told.remove(deployment);
            postponed.remove(deployment);
        }
    }

    private Applied apply(HasMetadata object) {
        return switch (object) {
            case ServiceAccount account -> applier.apply(account, sources.serviceAccounts);
            case RoleBinding binding -> applier.apply(binding, sources.roleBindings);
            case ConfigMap routes -> applier.apply(routes, sources.configMaps);
            case PodDisruptionBudget budget -> applier.apply(budget, sources.budgets);
            case Deployment deployment -> applier.apply(deployment, sources.gateways);
            default -> throw new IllegalStateException("no cache for " + object.getKind());
        };
    }
}
