package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.api.v1alpha1.ServingPoolStatus;
import dev.kilter.operator.apply.Applied;
import dev.kilter.operator.apply.Applier;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.build.Labels.Component;
import dev.kilter.operator.build.PoolObjects;
import dev.kilter.operator.build.Settings;
import dev.kilter.operator.observe.PoolPods;
import dev.kilter.operator.status.Findings.Blocked;
import dev.kilter.operator.status.PoolStatus;
import dev.kilter.operator.status.StatusPace;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Runs a ServingPool: as many pods as it says, the Service that finds them, the budget that protects more than one. */
public final class ServingPoolReconciler implements Reconciler<ServingPool> {

    private final Applier applier;
    private final Settings settings;
    private final InstantSource clock;
    private final Duration lookAgain;
    private InformerCache<Deployment> deployments;
    private InformerCache<Service> services;
    private InformerCache<PodDisruptionBudget> budgets;
    private InformerCache<ConfigMap> digests;
    private InformerCache<Pod> pods;

    /** @param lookAgain how soon, at what nothing tells us of: a taken name, a quota */
    public ServingPoolReconciler(Applier applier, Settings settings, InstantSource clock, Duration lookAgain) {
        this.applier = applier;
        this.settings = settings;
        this.clock = clock;
        this.lookAgain = lookAgain;
    }

    @Override
    public List<EventSource<?, ServingPool>> prepareEventSources(EventSourceContext<ServingPool> context) {
        InformerEventSource<Deployment, ServingPool> ofDeployments = informer(of(Deployment.class), context);
        InformerEventSource<Service, ServingPool> ofServices = informer(of(Service.class), context);
        InformerEventSource<PodDisruptionBudget, ServingPool> ofBudgets =
                informer(of(PodDisruptionBudget.class), context);
        InformerEventSource<ConfigMap, ServingPool> ofDigests = informer(of(ConfigMap.class), context);
        InformerEventSource<Pod, ServingPool> ofPods =
                informer(of(Pod.class).withSecondaryToPrimaryMapper(ServingPoolReconciler::ofItsPool), context);
        deployments = new InformerCache<>(ofDeployments);
        services = new InformerCache<>(ofServices);
        budgets = new InformerCache<>(ofBudgets);
        digests = new InformerCache<>(ofDigests);
        pods = new InformerCache<>(ofPods);
        return List.of(ofDeployments, ofServices, ofBudgets, ofDigests, ofPods);
    }

    private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> of(Class<R> kind) {
        return InformerEventSourceConfiguration.from(kind, ServingPool.class)
                .withLabelSelector(Component.SERVING_RUNTIME.selector());
    }

    private static <R extends HasMetadata> InformerEventSource<R, ServingPool> informer(
            InformerEventSourceConfiguration.Builder<R> of, EventSourceContext<ServingPool> context) {
        return new InformerEventSource<>(of.build(), context);
    }

    private static Set<ResourceID> ofItsPool(HasMetadata pod) {
        String pool = pod.getMetadata().getLabels().get(Labels.POOL);
        return pool == null
                ? Set.of()
                : Set.of(new ResourceID(pool, pod.getMetadata().getNamespace()));
    }

    /** The status is our own, but for the digests, which the autoscaler pins. */
    public static boolean asksForMore(ServingPool now, ServingPool before) {
        return !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
                || !pinned(now).equals(pinned(before));
    }

    private static List<ServingPoolStatus.VariantDigest> pinned(ServingPool pool) {
        return pool.getStatus() == null ? List.of() : pool.getStatus().modelDigests();
    }

    @Override
    public UpdateControl<ServingPool> reconcile(ServingPool pool, Context<ServingPool> context) {
        if (pool.getMetadata().getDeletionTimestamp() != null) {
            return UpdateControl.noUpdate();
        }
        PoolObjects objects = new PoolObjects(pool, settings);
        Optional<Blocked> blocked =
                apply(objects).map(Realizer::blocked).flatMap(Optional::stream).findFirst();
        Optional<Deployment> runs = deployments.get(
                pool.getMetadata().getNamespace(), pool.getMetadata().getName());
        ServingPoolStatus told = PoolStatus.of(
                pool, runs, PoolPods.of(runs, podsOf(pool)), objects.selectorText(), blocked, clock.instant());
        UpdateControl<ServingPool> control = write(pool, told, context);
        return blocked.isPresent() ? control.rescheduleAfter(lookAgain) : control;
    }

    private UpdateControl<ServingPool> write(ServingPool pool, ServingPoolStatus all, Context<ServingPool> context) {
        ServingPoolStatus told = applier.declared(pool, all, ServingPoolStatus.class);
        return switch (StatusPace.of(pool, told, clock.instant())) {
            case StatusPace.Same ignored -> UpdateControl.noUpdate();
            case StatusPace.Later(Duration in) ->
                UpdateControl.<ServingPool>noUpdate().rescheduleAfter(in);
            case StatusPace.Write ignored -> {
                applier.writeStatus(pool, new ServingPool(), told, InformerCache.ofPrimary(context));
                yield UpdateControl.noUpdate();
            }
        };
    }

    /** The digests before the pods that are held to them. */
    private Stream<Applied> apply(PoolObjects objects) {
        List<Applied> applied = Stream.of(
                        Optional.of(applier.apply(objects.service(), services)),
                        objects.disruptionBudget().map(budget -> applier.apply(budget, budgets)),
                        objects.digests().map(pinned -> applier.apply(pinned, digests)),
                        Optional.of(applier.apply(objects.deployment(), deployments)))
                .flatMap(Optional::stream)
                .toList();
        return applied.stream();
    }

    private List<Pod> podsOf(ServingPool pool) {
        return pods.in(pool.getMetadata().getNamespace()).stream()
                .filter(pod -> pool.getMetadata()
                        .getName()
                        .equals(pod.getMetadata().getLabels().get(Labels.POOL)))
                .toList();
    }
}
